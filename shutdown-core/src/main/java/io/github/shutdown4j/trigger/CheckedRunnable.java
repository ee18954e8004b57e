package io.github.shutdown4j.trigger;

/** Something to do that may fail. */
@FunctionalInterface
public interface CheckedRunnable {

    /** Does it. What it throws is the failure of whatever it is part of. */
    void run() throws Exception;
}
