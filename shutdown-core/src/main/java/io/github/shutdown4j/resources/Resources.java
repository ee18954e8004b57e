package io.github.shutdown4j.resources;

import java.io.Closeable;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.ExecutorService;
import javax.sql.DataSource;

import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.AsyncAction;

/**
 * Ready-made resources for what most programs have. For everything else there is {@link Resource#of}.
 *
 * <p>Each has a priority of its kind and the limit of the manager; {@link Resource#withPriority},
 * {@link Resource#withAfter} and {@link Resource#withTimeout} change that.
 *
 * <p>{@code javax.sql} and {@code jdk.httpserver} may be missing from the runtime as long as the methods that name them
 * are not called.
 */
public final class Resources {

    private Resources() {}

    /**
     * A connection pool or any other database client, closed at {@link Resource#DATABASE_PRIORITY}. {@link Resource} says
     * when that is too early. For a pool of HikariCP the report says how many connections were in use and have been cut.
     */
    public static Resource database(String name, AutoCloseable pool) {
        return new PoolResource(name, pool);
    }

    /** The same for a client whose close is asynchronous; what it returns is awaited. */
    public static Resource database(String name, AsyncAction close) {
        return Resource.of(name, Resource.DATABASE_PRIORITY, close);
    }

    /**
     * A JDBC data source, closed at {@link Resource#DATABASE_PRIORITY}.
     *
     * @throws IllegalArgumentException if it cannot be closed. Pools can; a plain data source of a driver holds nothing
     *     and needs no release.
     */
    public static Resource dataSource(String name, DataSource dataSource) {
        Checks.notBlank("name", name);
        Object asked = Checks.notNull("dataSource", (Object) dataSource);
        if (asked instanceof AutoCloseable closeable) {
            return database(name, closeable);
        }
        throw new IllegalArgumentException("dataSource must be closeable to be released, was a "
                + asked.getClass().getName() + ", which is not AutoCloseable; register the pool itself, or nothing");
    }

    /**
     * A file, as a stream, writer, channel or {@link java.io.RandomAccessFile}: flushed, forced to the disk and closed, in
     * this order, at {@link Resource#FILE_PRIORITY}. All three are tried whatever the others do; the first failure is the
     * cause, later ones are suppressed in it. What a type does not have is left out: a writer can be flushed, but the
     * file beneath it cannot be seen; use {@link #file(String, Closeable, FileChannel)} to have it forced. A channel
     * that is closed already is left alone.
     */
    public static Resource file(String name, Closeable file) {
        return FileResource.of(name, List.of(Checks.notNull("file", file)));
    }

    /** A writer or stream with the channel it writes to: the one flushed, the other forced, both closed. */
    public static Resource file(String name, Closeable writer, FileChannel beneath) {
        return FileResource.of(name, List.of(Checks.notNull("writer", writer), Checks.notNull("beneath", beneath)));
    }

    /**
     * An executor, shut down at {@link Resource#DEFAULT_PRIORITY}: it accepts no new tasks and completes those it has. If it
     * has not ended within the limit, its threads are interrupted and the waiting tasks dropped; the report counts both and
     * shows where the interrupted tasks were, those on virtual threads too from Java 21 on. Interrupted tasks have up to
     * 50 ms to end before the next resource is released.
     *
     * <p>Tasks that are not due are dropped at once, and counted, of a {@link
     * java.util.concurrent.ScheduledThreadPoolExecutor}, of a {@link java.util.concurrent.ForkJoinPool} from Java 25 on,
     * and of a wrapped scheduler, such as that of {@code newSingleThreadScheduledExecutor}. In a wrapped scheduler of
     * several threads a task that is running may delay that; register the wrapped one instead.
     *
     * <p>{@code ExecutorService.close()} is never called: it waits without limit.
     *
     * @throws IllegalArgumentException for the common pool, which cannot be shut down
     */
    public static Resource executor(String name, ExecutorService executor) {
        return new ExecutorResource(name, Resource.DEFAULT_PRIORITY, executor);
    }

    /**
     * A timer, cancelled at {@link Resource#DEFAULT_PRIORITY} after the task that it is running. What is due later is
     * dropped.
     */
    public static Resource timer(String name, Timer timer) {
        return new TimerResource(name, Resource.DEFAULT_PRIORITY, timer);
    }

    /**
     * A child process, ended at {@link Resource#DEFAULT_PRIORITY}: it is asked to end and waited for, and killed if it has
     * not ended within the limit.
     */
    public static Resource process(String name, Process process) {
        return new ProcessResource(name, Resource.DEFAULT_PRIORITY, process);
    }

    /**
     * A server socket, closed at {@link Resource#EARLY_PRIORITY}, so that nobody comes in while the rest goes. A thread
     * inside {@code accept} gets a {@link java.net.SocketException}; accepted connections are not touched.
     */
    public static Resource serverSocket(String name, ServerSocket socket) {
        return Resource.of(name, Resource.EARLY_PRIORITY, socket);
    }

    /** The same for a channel, such as a {@link java.nio.channels.ServerSocketChannel}. */
    public static Resource serverSocket(String name, NetworkChannel channel) {
        return Resource.of(name, Resource.EARLY_PRIORITY, channel);
    }

    /**
     * The HTTP server of the JDK, stopped at {@link Resource#EARLY_PRIORITY} without waiting: exchanges that are still
     * open are cut off, so use a {@link ConnectionTracker} to have finished them before. It is not left to
     * {@code stop(n)} to wait, which up to Java 17 takes <i>n</i> seconds even when nobody is connected.
     *
     * <p>The executor of the server is not stopped; register it as well: {@code executor(..).withAfter(..)}.
     */
    public static Resource httpServer(String name, HttpServer server) {
        return HttpServerResource.of(name, server);
    }

    /**
     * The same, but the server runs on for {@code linger} before it is stopped, so that clients with a kept connection
     * get an answer to a request that they have just sent, and leave. For this the answers need {@code Connection: close}
     * by then, as {@link io.github.shutdown4j.connections.HttpServerFilter} gives them; half a second does for clients in
     * the same data centre.
     *
     * @param linger not negative; part of the limit of the resource
     */
    public static Resource httpServer(String name, HttpServer server, Duration linger) {
        return HttpServerResource.of(name, server, linger);
    }
}
