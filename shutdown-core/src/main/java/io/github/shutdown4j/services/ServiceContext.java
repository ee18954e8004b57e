package io.github.shutdown4j.services;

import java.time.Duration;

import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.Subscription;

/**
 * The connection between a running service and its group. A context belongs to one run: a restarted service gets a new one,
 * and the old one stays in the state "stopping". Thread-safe.
 *
 * <pre>{@code
 * Service cleaner = context -> {
 *     context.ready();
 *     while (!context.awaitStop(Duration.ofMinutes(5))) {
 *         carts.removeExpired();
 *     }
 * };
 * }</pre>
 */
public interface ServiceContext {

    /** Returns the name with which the service was added. */
    String name();

    /**
     * Reports that the service is ready. Required once; further calls and calls after the request to stop have no effect.
     */
    void ready();

    /** Returns whether the service must stop, or this run has ended. Cheap. */
    boolean isStopping();

    /**
     * Waits until {@link #isStopping()}. If that is already true, returns at once, even if the thread is interrupted.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; the group itself interrupts a service only
     *     after the request to stop
     */
    void awaitStop() throws InterruptedException;

    /**
     * Waits until {@link #isStopping()}, at most for {@code timeout}; zero or less does not wait.
     *
     * @return {@link #isStopping()}
     * @throws InterruptedException as {@link #awaitStop()} does
     */
    boolean awaitStop(Duration timeout) throws InterruptedException;

    /**
     * Registers a callback for the request to stop, to unblock a thread of the service: {@code context.onStop(socket::close)}
     * for a thread in {@code accept}, {@code context.onStop(thread::interrupt)} for one that only reacts to interrupts.
     *
     * <p>The callbacks of a service are called one after another, in the order of registration, on a separate thread. All
     * of them are called, even if one throws; the step of the service then fails. The service counts as stopped only when
     * all have returned. If {@link #isStopping()} is already true, the callback is called on the calling thread before this
     * method returns. It is not called if the run ends without a request to stop.
     */
    Subscription onStop(CheckedRunnable callback);

    /** Like {@link #onStop(CheckedRunnable)}, for an asynchronous callback, whose result is awaited. */
    default Subscription onStop(AsyncAction callback) {
        return onStop((CheckedRunnable) callback);
    }
}
