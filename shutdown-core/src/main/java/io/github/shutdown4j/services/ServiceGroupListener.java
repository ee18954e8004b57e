package io.github.shutdown4j.services;

import java.util.List;

import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Receives the events of a service group. The methods are called with no lock held, on the group's own threads; they must
 * return quickly. What they throw is logged.
 */
public interface ServiceGroupListener {

    /** Called with the services that are not ready, at the beginning of the start and whenever the list has changed. */
    void onWaiting(List<String> names);

    /** Called when all services are ready. */
    void onReady();

    /**
     * Called at most once, when a service has failed or ended in a way that ends the process: on the thread of that service
     * or, if it was not ready in time, on the thread that starts the services.
     */
    void onReason(ShutdownReason reason);
}
