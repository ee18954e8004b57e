package io.github.shutdown4j.services;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * Something that runs until it is told to stop: a server, a consumer, a scheduler.
 *
 * <p>There are three ways to make one. For what has a start and a stop of its own:
 *
 * <pre>{@code
 * Service.of(server::start, server::stop)
 * }</pre>
 *
 * For what does the same short thing again and again:
 *
 * <pre>{@code
 * Service.loop(consumer::readAndHandleOneBatch)
 * }</pre>
 *
 * For everything else, implement {@link #run}:
 *
 * <pre>{@code
 * context -> {
 *     try (var connection = broker.connect()) {
 *         context.ready();
 *         while (!context.isStopping()) {
 *             handle(connection.read(Duration.ofSeconds(1)));
 *         }
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Service {

    /**
     * Runs the service. Called on a thread of its own, named after the service, with the context class loader of whoever
     * started the group.
     *
     * <p>It calls {@link ServiceContext#ready()} as soon as it does its work, and returns soon after it has been told to
     * stop. Returning before that is its end; {@link ServicePolicy#onEnd()} says what follows, and if it never called
     * {@code ready()}, those that come after it start now. Throwing anything before that is its failure, an
     * {@link Error} like any exception; {@link ServicePolicy#onFailure()} and {@link ServicePolicy#restart()} say what
     * follows. An {@link InterruptedException} thrown after the request to stop is an orderly end.
     *
     * <p>If it is still at work when its time to stop is nearly over, its thread is interrupted; if that does not help
     * either, the thread is left behind and reported.
     */
    void run(ServiceContext context) throws Exception;

    /**
     * A service for what has a start and a stop of its own. It is ready when {@code start} returns. {@code stop} is
     * called on the same thread at the request to stop; also if that came while {@code start} was at work, but not if
     * {@code start} threw.
     */
    static Service of(CheckedRunnable start, CheckedRunnable stop) {
        Checks.notNull("start", start);
        Checks.notNull("stop", stop);
        return context -> {
            start.run();
            context.ready();
            try {
                context.awaitStop();
            } catch (InterruptedException e) {
                try {
                    stop.run();
                } catch (Throwable t) {
                    e.addSuppressed(t);
                }
                throw e;
            }
            stop.run();
        };
    }

    /**
     * A service that calls {@code pass} again and again until it is told to stop; it is ready at once. A pass under way
     * is finished, so it should be short, or wait for a bounded time only.
     */
    static Service loop(CheckedRunnable pass) {
        Checks.notNull("pass", pass);
        return context -> {
            context.ready();
            while (!context.isStopping()) {
                pass.run();
            }
        };
    }
}
