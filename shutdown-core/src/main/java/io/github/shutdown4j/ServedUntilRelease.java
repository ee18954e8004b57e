package io.github.shutdown4j;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** A server: it starts as a service, and ends as a resource, if its start has begun and not failed. */
final class ServedUntilRelease implements Resource {

    private final String name;
    private final CheckedRunnable start;
    private final CheckedRunnable release;
    private volatile boolean started;

    ServedUntilRelease(String name, CheckedRunnable start, CheckedRunnable release) {
        this.name = Checks.notBlank("name", name);
        this.start = Checks.notNull("start", start);
        this.release = Checks.notNull("release", release);
    }

    void start() throws Exception {
        started = true;
        try {
            start.run();
        } catch (Throwable failure) {
            started = false;
            throw failure;
        }
    }

    /** The request to stop: it serves on. */
    void stop() {}

    @Override
    public String name() {
        return name;
    }

    @Override
    public int priority() {
        return EARLY_PRIORITY;
    }

    @Override
    public void release() throws Exception {
        if (started) {
            release.run();
        }
    }

    @Override
    public String summary() {
        return started ? "" : "not started";
    }
}
