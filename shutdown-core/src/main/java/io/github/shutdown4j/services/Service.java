package io.github.shutdown4j.services;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * Something that runs until it is told to stop: a server, a consumer, a scheduler.
 *
 * <p>There are four ways to make one. For a server, which is started here and released later, as a resource:
 *
 * <pre>{@code
 * Service.startOnly(server::start)
 * }</pre>
 *
 * For what has a start and a stop of its own and accepts no requests:
 *
 * <pre>{@code
 * Service.of(scheduler::start, scheduler::stop)
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
     * either, the thread is abandoned and reported.
     */
    void run(ServiceContext context) throws Exception;

    /**
     * A service for what has a start and a stop of its own. It is ready when {@code start} has returned. {@code stop} is
     * called on the same thread at the request to stop, but not if {@code start} threw.
     *
     * <p>A start that is still under way at the request to stop is interrupted at once. If it ends by that, {@code stop} is
     * not called; if it completes all the same, {@code stop} is called.
     *
     * <p>The stop of most servers cuts the requests in progress, and services stop before the requests are drained. For a
     * server use {@link #startOnly} and release it as a resource.
     */
    static Service of(CheckedRunnable start, CheckedRunnable stop) {
        return new StartStopService(Checks.notNull("start", start), Checks.notNull("stop", stop));
    }

    /** The same for a start and a stop that are asynchronous; what they return is awaited, see {@link AsyncAction}. */
    static Service of(AsyncAction start, AsyncAction stop) {
        return of((CheckedRunnable) start, (CheckedRunnable) stop);
    }

    /** The same for an asynchronous start; what it returns is awaited before the service is ready. */
    static Service of(AsyncAction start, CheckedRunnable stop) {
        return of((CheckedRunnable) start, stop);
    }

    /** The same for an asynchronous stop; the service has stopped when what it returns is complete. */
    static Service of(CheckedRunnable start, AsyncAction stop) {
        return of(start, (CheckedRunnable) stop);
    }

    /**
     * A service that is started here and released later, as a resource: the form for servers. It is ready when {@code
     * start} has returned, and does nothing at the request to stop, so that requests in progress can be drained first.
     * Whoever starts something this way registers its release:
     *
     * <pre>{@code
     * ServiceGroup services = ServiceGroup.builder()
     *         .add("http", Service.startOnly(server::start))
     *         .build();
     * resources.register(Resource.of("http", Resource.EARLY_PRIORITY, server::stop));
     * }</pre>
     */
    static Service startOnly(CheckedRunnable start) {
        return of(start, () -> {});
    }

    /** The same for an asynchronous start; what it returns is awaited before the service is ready. */
    static Service startOnly(AsyncAction start) {
        return startOnly((CheckedRunnable) start);
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

    /** The same for an asynchronous pass; what it returns is awaited before the next pass. */
    static Service loop(AsyncAction pass) {
        return loop((CheckedRunnable) pass);
    }
}
