package io.github.shutdown4j.resources;

import io.github.shutdown4j.internal.Checks;

/** Ends a child process: requests its termination, waits, and kills it once this thread is interrupted. */
final class ProcessResource extends NamedResource {

    private final Process process;
    private volatile String summary = "";

    ProcessResource(String name, int priority, Process process) {
        super(name, priority);
        this.process = Checks.notNull("process", process);
    }

    @Override
    public void release() throws InterruptedException {
        process.destroy();
        try {
            summary = "exit code " + process.waitFor();
        } catch (InterruptedException outOfTime) {
            process.destroyForcibly();
            summary = "process " + process.pid() + " did not end and was killed";
            throw outOfTime;
        }
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String toString() {
        return "resource '" + name() + "' ending process " + process.pid();
    }
}
