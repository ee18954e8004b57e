package io.github.shutdown4j;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Something to release when the process ends: once, by name, in its turn.
 *
 * <p>Lower {@linkplain #priority() priorities} go first, equal ones together. Where a number is too blunt, a resource
 * names those that must be gone {@linkplain #after() before it}; that outranks the priorities.
 */
public interface Resource {

    /** The priority of what writes to something that is released later, such as an event queue. */
    int EARLY_PRIORITY = 0;

    /** The priority of databases. */
    int DATABASE_PRIORITY = 10;

    /** The priority of files. */
    int FILE_PRIORITY = 50;

    /** The priority of everything that does not say. */
    int DEFAULT_PRIORITY = 100;

    /** The name in logs and reports; not blank, and only one resource at a time has it. */
    String name();

    /** Lower goes first, equal ones go together. Any {@code int}. Asked once, at registration. */
    default int priority() {
        return DEFAULT_PRIORITY;
    }

    /** The names of the resources that must have been released before this one. Asked once, at registration. */
    default Set<String> after() {
        return Set.of();
    }

    /** How long the release may take; empty for the manager's default. Asked once, at registration. */
    default Optional<Duration> timeout() {
        return Optional.empty();
    }

    /**
     * Releases it. Called at most once, on a thread of its own, which is interrupted when the time is up and left behind
     * if that does not help.
     */
    void release() throws Exception;

    /** After the release: what a person should know about it, one line for the report; empty if nothing. */
    default String summary() {
        return "";
    }
}
