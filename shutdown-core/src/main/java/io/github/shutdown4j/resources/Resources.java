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
 * Built-in resources for common types. For everything else use {@link Resource#of}.
 *
 * <pre>{@code
 * resources.register(Resources.httpServer("http", server, Duration.ofMillis(500)));
 * resources.register(Resources.process("converter", converter).withTimeout(Duration.ofSeconds(5)));
 * }</pre>
 *
 * <p>Each has the priority of its kind and the limit of the manager; {@link Resource#withPriority},
 * {@link Resource#withAfter} and {@link Resource#withTimeout} change that.
 *
 * <p>The modules {@code java.sql} and {@code jdk.httpserver} are needed only by the methods with their types. Without them, a
 * call of such a method, or reflection on this class, fails with {@link NoClassDefFoundError}.
 */
public final class Resources {

    private Resources() {}

    /**
     * Returns a resource that closes a connection pool or another database client, with {@link Resource#DATABASE_PRIORITY};
     * {@link Resource} says when that is too early. For HikariCP the report counts the connections that were in use and
     * have been aborted. Does not wait for connections in use.
     */
    public static Resource database(String name, AutoCloseable pool) {
        return new PoolResource(name, pool);
    }

    /** Like {@link #database(String, AutoCloseable)}, for a client whose close is asynchronous; its result is awaited. */
    public static Resource database(String name, AsyncAction close) {
        return Resource.of(name, Resource.DATABASE_PRIORITY, close);
    }

    /**
     * Returns a resource that closes a JDBC data source, with {@link Resource#DATABASE_PRIORITY}.
     *
     * @throws IllegalArgumentException if the data source is not {@link AutoCloseable}. Pools are; a plain data source of a
     *     driver holds no connections and needs no release.
     */
    public static Resource dataSource(String name, DataSource dataSource) {
        Checks.notBlank("name", name);
        Object object = Checks.notNull("dataSource", (Object) dataSource);
        if (object instanceof AutoCloseable closeable) {
            return database(name, closeable);
        }
        throw new IllegalArgumentException("dataSource must be closeable to be released, was a "
                + object.getClass().getName() + ", which is not AutoCloseable; register the pool itself, or nothing");
    }

    /**
     * Returns a resource that flushes a file, forces it to the disk and closes it, in this order, with {@link
     * Resource#FILE_PRIORITY}. The file is a stream, writer, channel or {@link java.io.RandomAccessFile}. All three steps
     * are attempted; the first failure is thrown, later ones are suppressed in it. Steps that the type does not support are
     * skipped: the file below a writer is not accessible, so use {@link #file(String, Closeable, FileChannel)} to force it.
     * A channel that is already closed is ignored.
     */
    public static Resource file(String name, Closeable file) {
        return FileResource.of(name, List.of(Checks.notNull("file", file)));
    }

    /** Like {@link #file(String, Closeable)}, for a writer or stream, which is flushed, and the channel below it, which is forced. */
    public static Resource file(String name, Closeable writer, FileChannel beneath) {
        return FileResource.of(name, List.of(Checks.notNull("writer", writer), Checks.notNull("beneath", beneath)));
    }

    /**
     * Returns a resource that shuts an executor down, with {@link Resource#DEFAULT_PRIORITY}: it accepts no new tasks and
     * completes those it has. If it has not terminated at the limit, its threads are interrupted and queued tasks dropped.
     * The report counts both and shows the stacks of the interrupted tasks, from Java 21 on also those of virtual threads.
     * Interrupted tasks get up to 50 ms to end before the next resource is released.
     *
     * <p>Delayed tasks that are not due are dropped at once and counted. This applies to a {@link
     * java.util.concurrent.ScheduledThreadPoolExecutor} and to wrappers such as that of {@code
     * newSingleThreadScheduledExecutor}. In a wrapped scheduler with several threads a running task may delay this; register
     * the scheduler itself instead. Periodic tasks end, whatever the policy of the scheduler.
     *
     * <p>From Java 25 on, it also applies to a {@link java.util.concurrent.ForkJoinPool}, but once its other tasks have ended:
     * until then, the time-outs of {@code submitWithTimeout} stay in force, and delayed tasks that become due are run.
     *
     * <p>Does not call {@code ExecutorService.close()}, which waits without limit.
     *
     * @throws IllegalArgumentException for the common pool, which cannot be shut down
     */
    public static Resource executor(String name, ExecutorService executor) {
        return new ExecutorResource(name, Resource.DEFAULT_PRIORITY, executor);
    }

    /**
     * Returns a resource that cancels a timer after the task that it is running, with {@link Resource#DEFAULT_PRIORITY}.
     * Later tasks are dropped.
     */
    public static Resource timer(String name, Timer timer) {
        return new TimerResource(name, Resource.DEFAULT_PRIORITY, timer);
    }

    /**
     * Returns a resource that ends a child process, with {@link Resource#DEFAULT_PRIORITY}: it requests the termination,
     * waits, and kills the process at the limit.
     */
    public static Resource process(String name, Process process) {
        return new ProcessResource(name, Resource.DEFAULT_PRIORITY, process);
    }

    /**
     * Returns a resource that closes a server socket, with {@link Resource#EARLY_PRIORITY}. A thread blocked in {@code accept}
     * gets a {@link java.net.SocketException}. Accepted connections stay open.
     */
    public static Resource serverSocket(String name, ServerSocket socket) {
        return Resource.of(name, Resource.EARLY_PRIORITY, socket);
    }

    /** Like {@link #serverSocket(String, ServerSocket)}, for a channel such as {@link java.nio.channels.ServerSocketChannel}. */
    public static Resource serverSocket(String name, NetworkChannel channel) {
        return Resource.of(name, Resource.EARLY_PRIORITY, channel);
    }

    /**
     * Returns a resource that stops the HTTP server of the JDK, with {@link Resource#EARLY_PRIORITY}, without waiting: open
     * exchanges are aborted. Count them with a {@link ConnectionTracker}, so that they finish in the drain before. (On
     * Java 17 {@code stop(n)} takes <i>n</i> seconds even without a connection.)
     *
     * <p>Does not stop the executor of the server; register it as well: {@code executor(..).withAfter(..)}.
     */
    public static Resource httpServer(String name, HttpServer server) {
        return HttpServerResource.of(name, server);
    }

    /**
     * Like {@link #httpServer(String, HttpServer)}, but the server keeps running for {@code linger} before it is stopped, so
     * that a client that has just sent a request on a kept connection still gets a response. The responses need {@code
     * Connection: close}, as {@link io.github.shutdown4j.connections.HttpServerFilter} adds it. Half a second is enough for
     * clients in the same data centre.
     *
     * @param linger not negative; part of the limit of the resource
     */
    public static Resource httpServer(String name, HttpServer server, Duration linger) {
        return HttpServerResource.of(name, server, linger);
    }
}
