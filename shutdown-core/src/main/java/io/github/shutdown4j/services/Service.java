package io.github.shutdown4j.services;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * A component that runs until it is stopped: a server, a consumer, a scheduler.
 *
 * <p>There are four ways to create one. For a server, which is started as a service and stopped later, as a resource:
 *
 * <pre>{@code
 * Service.startOnly(server::start)
 * }</pre>
 *
 * For a component with its own start and stop that accepts no requests:
 *
 * <pre>{@code
 * Service.of(scheduler::start, scheduler::stop)
 * }</pre>
 *
 * For a short task that is repeated:
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
     * Runs the service. Called on a thread of its own, named after the service, with the context class loader of the thread
     * that started the group.
     *
     * <p>The method must call {@link ServiceContext#ready()} as soon as the service works, and return soon after the request
     * to stop. If it returns earlier, the service has ended and {@link ServicePolicy#onEnd()} applies; services that wait for
     * it start even if it was never ready. If it throws anything earlier, an {@link Error} included, the service has failed,
     * and {@link ServicePolicy#restart()} and {@link ServicePolicy#onFailure()} apply. An {@link InterruptedException} after
     * the request to stop counts as a normal end.
     *
     * <p>Near the end of the time for the stop the thread is interrupted. If it still does not end, it is abandoned and
     * reported.
     */
    void run(ServiceContext context) throws Exception;

    /**
     * Returns a service with a start and a stop. It is ready when {@code start} has returned. {@code stop} is called on the
     * same thread at the request to stop, but not if {@code start} has thrown.
     *
     * <p>A {@code start} that is still running at the request to stop is interrupted. If it throws then, {@code stop} is not
     * called; if it completes normally, {@code stop} is called.
     *
     * <p>Does not wait for requests in flight: services stop before the drain, and the stop of most servers aborts their
     * requests. For a server use {@link #startOnly} and register its stop as a resource. Does not notice if the component
     * fails after {@code start} has returned.
     */
    static Service of(CheckedRunnable start, CheckedRunnable stop) {
        return new StartStopService(Checks.notNull("start", start), Checks.notNull("stop", stop));
    }

    /** Like {@link #of(CheckedRunnable, CheckedRunnable)}, for an asynchronous start and stop, whose results are awaited. */
    static Service of(AsyncAction start, AsyncAction stop) {
        return of((CheckedRunnable) start, (CheckedRunnable) stop);
    }

    /** Like {@link #of(CheckedRunnable, CheckedRunnable)}, for an asynchronous start. The service is ready when its result is. */
    static Service of(AsyncAction start, CheckedRunnable stop) {
        return of((CheckedRunnable) start, stop);
    }

    /** Like {@link #of(CheckedRunnable, CheckedRunnable)}, for an asynchronous stop, whose result is awaited. */
    static Service of(CheckedRunnable start, AsyncAction stop) {
        return of(start, (CheckedRunnable) stop);
    }

    /**
     * Returns a service that is only started, for servers. It is ready when {@code start} has returned and does nothing at
     * the request to stop, so that requests in flight can finish in the drain. Register the stop as a resource:
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

    /** Like {@link #startOnly(CheckedRunnable)}, for an asynchronous start. The service is ready when its result is. */
    static Service startOnly(AsyncAction start) {
        return startOnly((CheckedRunnable) start);
    }

    /**
     * Returns a service that calls {@code pass} repeatedly until it is stopped; it is ready at once. The current pass is not
     * interrupted before the end of the time for the stop, so it should be short and block for a bounded time only.
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

    /** Like {@link #loop(CheckedRunnable)}, for an asynchronous pass, whose result is awaited before the next one. */
    static Service loop(AsyncAction pass) {
        return loop((CheckedRunnable) pass);
    }
}
