package io.github.shutdown4j.trigger;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.AsyncResult;

/**
 * An action that may return before it is done, such as {@code vertx::close} or {@code group::shutdownGracefully}. Where the
 * library accepts one, it waits for what the action returns, and the failure of the result is the failure of the step.
 *
 * <pre>{@code
 * AsyncAction flush = producer::flushAsync; // returns a CompletionStage, which is awaited
 * resources.register(Resource.of("producer", flush));
 * }</pre>
 *
 * <p>Methods that accept both a {@link CheckedRunnable} and an {@code AsyncAction} need no cast: a method reference or a
 * lambda that has a value selects this type, one that has none selects the other. A reference to an overloaded method
 * without a value, such as {@code server::stop} beside {@code stop(int)}, does not compile; write it as a lambda:
 * {@code () -> server.stop()}. A block lambda without {@code return} drops what its statements return. The compiler of Kotlin
 * drops the value of every lambda for which there is such a choice: write {@code AsyncAction { client.close() }} there.
 *
 * <p>These results are awaited:
 *
 * <ul>
 *   <li>a {@link java.util.concurrent.CompletionStage} or a {@link java.util.concurrent.Future}, which includes those of
 *       Netty, Guava, gRPC and Pekko's Java API;
 *   <li>an object with a public method {@code toCompletionStage()}, such as a future of Vert.x, or {@code toFuture()} or
 *       {@code subscribeAsCompletionStage()}, such as a {@code Mono} or a {@code Uni}; this call subscribes to it. Sources of
 *       RxJava that have {@code toFuture()} are among them; one that can have many items fails unless it has exactly one.
 * </ul>
 *
 * <p>Publishers and sources of RxJava without such a method, Scala futures, Kotlin jobs, and the services of Guava that
 * {@code startAsync()} returns cannot be awaited; an action that returns one fails. Anything else, null included, counts as
 * done. This includes a server that {@code shutdown()} returns for chaining, such as that of gRPC: wait for its end with
 * {@code awaitTermination}.
 */
@FunctionalInterface
@SuppressWarnings({
    "try", // the interruption is for the caller of close
    "FunctionalInterfaceMethodChanged" // a cast to the supertype is meant to choose run() and close(), which await
})
public interface AsyncAction extends CheckedRunnable, AutoCloseable {

    /** Begins the action. What it throws is the failure of the action, as is that of the returned result. */
    @Nullable
    Object begin() throws Exception;

    /**
     * Begins the action and waits for its result, without a limit of its own.
     *
     * @throws InterruptedException if the calling thread was interrupted while it waited; the action continues
     * @throws java.util.concurrent.CancellationException if the result was cancelled
     */
    @Override
    default void run() throws Exception {
        AsyncResult.await(begin());
    }

    /** The same as {@link #run()}: an action that closes something can stand where a closeable object is expected. */
    @Override
    default void close() throws Exception {
        run();
    }
}
