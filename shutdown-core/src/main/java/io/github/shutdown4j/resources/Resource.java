package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.AsyncAction;

/**
 * Something to release when the process ends: once, by name, in its group.
 *
 * <p><b>Order.</b> Lower {@linkplain #priority() priorities} go first, equal ones together. Where a number is too
 * blunt, a resource names those that must be gone {@linkplain #after() before it}; that outranks the priorities.
 *
 * <p><b>When "database first" is wrong.</b> {@link #DATABASE_PRIORITY} comes before {@link #DEFAULT_PRIORITY}. That is
 * right when nothing writes to the database any more once the connections have been drained: its connections are given
 * back early, whatever hangs later. It is wrong as soon as something that is released later still writes to it while it
 * is being released, as an event queue or a cache with a flusher does; the last batch would meet a closed pool. Group it
 * round in one of two ways:
 *
 * <pre>{@code
 * // let the database wait for its writer, whatever the numbers say
 * resources.register(Resources.database("db", pool).withAfter("flusher"));
 * // or let the writer go first
 * resources.register(Resource.of("flusher", Resource.EARLY_PRIORITY, flusher));
 * }</pre>
 *
 * <p>The methods that begin with "with" return a changed view of the same resource and leave this one as it is; register
 * what they return.
 */
public interface Resource {

    /** The priority of what writes to something that is released later, such as an event queue or a server. */
    int EARLY_PRIORITY = 0;

    /** The priority of databases. */
    int DATABASE_PRIORITY = 10;

    /** The priority of files. */
    int FILE_PRIORITY = 50;

    /** The priority of everything that does not say. */
    int DEFAULT_PRIORITY = 100;

    /**
     * A resource that is released by closing {@code target}, with {@link #DEFAULT_PRIORITY}. A target may be a lambda:
     * {@code Resource.of("cache", cache::flushAndStop)}.
     *
     * <p>Some types have a {@code close} that waits without limit; they are shut down in order, and by force at the limit:
     * an {@link java.util.concurrent.ExecutorService}, as by {@link Resources#executor}, the HTTP client of the JDK, and a
     * {@link Process}, as by {@link Resources#process}. A {@code StructuredTaskScope} is refused.
     */
    static Resource of(String name, AutoCloseable target) {
        return of(name, DEFAULT_PRIORITY, target);
    }

    /** The same with a priority. */
    static Resource of(String name, int priority, AutoCloseable target) {
        return CloseableResource.of(name, priority, target);
    }

    /**
     * A resource that is released by {@code close}, whose result is awaited, with {@link #DEFAULT_PRIORITY}: {@code
     * Resource.of("vertx", vertx::close)}. {@link AsyncAction} lists the results that are awaited.
     */
    static Resource of(String name, AsyncAction close) {
        return of(name, (AutoCloseable) close);
    }

    /** The same with a priority. */
    static Resource of(String name, int priority, AsyncAction close) {
        return of(name, priority, (AutoCloseable) close);
    }

    /** The name in logs and reports; not blank, and only one resource at a time has it. Asked once, at registration. */
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
     * Releases it. Called at most once, on a daemon thread that does nothing else meanwhile. The thread is interrupted
     * when the time is up, and left behind if that does not help.
     */
    void release() throws Exception;

    /**
     * What a person should know about the release, one line for the report; empty if nothing. Asked after it has
     * returned or thrown, on the same thread and within the same limit.
     */
    default String summary() {
        return "";
    }

    /** This resource with another priority. */
    default Resource withPriority(int priority) {
        return ResourceOverride.withPriority(this, priority);
    }

    /** This resource, released after these as well; they may be registered before or after it, or never. */
    default Resource withAfter(String... names) {
        return ResourceOverride.withAfter(
                this, Arrays.asList(Checks.notNull("names", names).clone()));
    }

    /** This resource with another limit; more than zero. */
    default Resource withTimeout(Duration timeout) {
        return ResourceOverride.withTimeout(this, timeout);
    }
}
