package io.github.shutdown4j.services;

import java.util.List;

import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Receives the events of a service group. The methods are called with no lock held, on the group's own threads; they must
 * return quickly. What they throw is logged.
 *
 * <pre>{@code
 * services.addListener(new ServiceGroupListener() {
 *     public void onWaiting(List<String> notReady) {
 *         page.show("waiting for " + String.join(", ", notReady));
 *     }
 * });
 * }</pre>
 */
public interface ServiceGroupListener {

    /**
     * Called when the start waits for services, and again whenever the set of awaited services changes.
     *
     * @param notReady the names of the awaited services, in the order of the group; not empty
     */
    default void onWaiting(List<String> notReady) {}

    /** Called when all services are ready. */
    default void onReady() {}

    /**
     * Called at most once, when a service has failed or ended in a way that ends the process: on the thread of that service
     * or, if it was not ready in time, on the thread that starts the services.
     */
    default void onShutdownRequested(ShutdownReason reason) {}
}
