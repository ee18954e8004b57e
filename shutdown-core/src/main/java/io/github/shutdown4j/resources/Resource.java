package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.AsyncAction;

/**
 * Something that is released once at shutdown: a pool, a file, an executor, a cache.
 *
 * <p><b>Order.</b> Resources with lower {@linkplain #priority() priority} are released first, those with equal priority at
 * the same time. {@link #after()} names resources that must be released before this one and overrides the priorities.
 *
 * <p><b>When "database first" is wrong.</b> {@link #DATABASE_PRIORITY} is lower than {@link #DEFAULT_PRIORITY}, so databases
 * are closed early. That is right if nothing writes to the database after the drain. It is wrong if a resource that is
 * released later still writes to it, such as an event queue or a cache with a flusher: its last batch would find a closed
 * pool. There are two ways to change the order:
 *
 * <pre>{@code
 * // release the database after its writer, regardless of the priorities
 * resources.register(Resources.database("db", pool).withAfter("flusher"));
 * // or release the writer first
 * resources.register(Resource.of("flusher", Resource.EARLY_PRIORITY, flusher));
 * }</pre>
 *
 * <p>The {@code with...} methods return a changed view of the same resource and leave this one as it is; register the
 * result.
 */
public interface Resource {

    /** The priority of resources that write to others, such as servers and event queues. */
    int EARLY_PRIORITY = 0;

    /** The priority of databases. */
    int DATABASE_PRIORITY = 10;

    /** The priority of files. */
    int FILE_PRIORITY = 50;

    /** The priority of all other resources. */
    int DEFAULT_PRIORITY = 100;

    /**
     * Returns a resource that is released by closing {@code target}, with {@link #DEFAULT_PRIORITY}. The target may be a
     * lambda: {@code Resource.of("cache", cache::flushAndStop)}.
     *
     * <p>The {@code close} of some types blocks without limit. It is not called; they are shut down gracefully, and forcibly
     * at their limit: an {@link java.util.concurrent.ExecutorService} as by {@link Resources#executor}, the HTTP client of
     * the JDK, and a {@link Process} as by {@link Resources#process}.
     *
     * @throws IllegalArgumentException for a {@code StructuredTaskScope}, which only its own thread can close
     */
    static Resource of(String name, AutoCloseable target) {
        return of(name, DEFAULT_PRIORITY, target);
    }

    /** Like {@link #of(String, AutoCloseable)}, with a priority. */
    static Resource of(String name, int priority, AutoCloseable target) {
        return CloseableResource.of(name, priority, target);
    }

    /**
     * Returns a resource that is released by calling {@code close} and awaiting its result, with {@link #DEFAULT_PRIORITY}:
     * {@code Resource.of("vertx", vertx::close)}. {@link AsyncAction} lists the types of results that are awaited.
     */
    static Resource of(String name, AsyncAction close) {
        return of(name, (AutoCloseable) close);
    }

    /** Like {@link #of(String, AsyncAction)}, with a priority. */
    static Resource of(String name, int priority, AsyncAction close) {
        return of(name, priority, (AutoCloseable) close);
    }

    /** Returns the name in logs and reports: not blank, unique among the registered resources. Called once, at registration. */
    String name();

    /** Returns the priority, any {@code int}; lower is released first. Called once, at registration. */
    default int priority() {
        return DEFAULT_PRIORITY;
    }

    /** Returns the names of the resources that must be released before this one. Called once, at registration. */
    default Set<String> after() {
        return Set.of();
    }

    /** Returns the limit of the release, positive; empty for the default of the manager. Called once, at registration. */
    default Optional<Duration> timeout() {
        return Optional.empty();
    }

    /**
     * Releases the resource. Called at most once, on a daemon thread that does nothing else meanwhile. At the limit the
     * thread is interrupted; if the method still does not return, it is abandoned. In a process that cannot create a thread,
     * called on the thread that waits for the release, without a limit.
     *
     * @throws Exception the step fails; other resources are not affected
     */
    void release() throws Exception;

    /**
     * Returns a line about the release for the report, such as "43 written"; empty by default. Called after {@link #release()}
     * has returned or thrown, on the same thread and within the same limit.
     */
    default String summary() {
        return "";
    }

    /** Returns this resource with another priority. */
    default Resource withPriority(int priority) {
        return ResourceOverride.withPriority(this, priority);
    }

    /** Returns this resource, released after these as well. They may be registered earlier, later or never. */
    default Resource withAfter(String... names) {
        return ResourceOverride.withAfter(
                this, Arrays.asList(Checks.notNull("names", names).clone()));
    }

    /** Returns this resource with another limit, positive. */
    default Resource withTimeout(Duration timeout) {
        return ResourceOverride.withTimeout(this, timeout);
    }
}
