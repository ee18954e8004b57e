package io.github.shutdown4j.services;

import java.time.Duration;

import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.Subscription;

/**
 * The line between a running service and its group. It belongs to one run: a service that is restarted gets a new one,
 * and what still holds the old one sees it stopping. All methods may be called from any thread.
 */
public interface ServiceContext {

    /** The name under which the service was added. */
    String name();

    /**
     * Says that the service does its work now. Required, once; further calls do nothing, and neither does a call after
     * the request to stop.
     */
    void ready();

    /** Whether the service has been told to stop, or this run of it is over. Cheap. */
    boolean isStopping();

    /** Waits until {@link #isStopping()}. Returns at once, whatever the interrupt flag, if it is already. */
    void awaitStop() throws InterruptedException;

    /**
     * Waits until {@link #isStopping()} or the time is up; zero or less does not wait.
     *
     * @return whether it is stopping
     */
    boolean awaitStop(Duration timeout) throws InterruptedException;

    /**
     * Has {@code callback} called at the request to stop, to wake what only it can wake: {@code context.onStop(socket::close)}
     * for a thread in {@code accept}, {@code context.onStop(thread::interrupt)} for one that knows interrupts only.
     *
     * <p>The callbacks of a service are called one after the other, in the order of registration, on a thread made for
     * that; each is called whatever the others threw, and the service counts as stopped only when all have returned. One
     * that throws makes the service's step a failure. If {@link #isStopping()} already, the callback is called before this
     * method returns, on the calling thread. It is not called if the run ends by itself.
     */
    Subscription onStop(CheckedRunnable callback);

    /** The same for an asynchronous callback; the service has stopped when what it returns is complete. */
    default Subscription onStop(AsyncAction callback) {
        return onStop((CheckedRunnable) callback);
    }
}
