package io.github.shutdown4j;

/** Something to do that may fail. */
@FunctionalInterface
public interface Action {

    /** Does it. What it throws is the failure of whatever it is part of. */
    void run() throws Exception;
}
