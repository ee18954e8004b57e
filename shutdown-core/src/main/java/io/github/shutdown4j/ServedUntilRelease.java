package io.github.shutdown4j;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** A server that starts as a service and is released as a resource, unless its start was never called or has failed. */
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

    /** Ignores the request to stop: the server continues until its release. */
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
