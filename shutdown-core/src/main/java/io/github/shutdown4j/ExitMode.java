package io.github.shutdown4j;

/** The extent to which the coordinator controls the process. */
enum ExitMode {
    /** Handles signals and the exit of the JVM, and exits after the shutdown. */
    EXIT,
    /** Handles signals and the exit of the JVM, and restores the previous handlers after the shutdown. */
    RETURN,
    /** Installs nothing in the process. */
    EMBEDDED
}
