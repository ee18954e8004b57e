package io.github.shutdown4j;

/** Something to do that may fail. */
@FunctionalInterface
public interface Action {

    void run() throws Exception;
}
