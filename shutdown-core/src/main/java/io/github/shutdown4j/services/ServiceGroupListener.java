package io.github.shutdown4j.services;

import java.util.List;

import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Receives the events of a service group. The methods are called with no lock held, on the group's own threads; they must
 * return quickly and not throw.
 */
public interface ServiceGroupListener {

    /** The start waits for these services: called at its beginning and whenever the list has changed. */
    void onWaiting(List<String> names);

    /** All services are ready. */
    void onReady();

    /**
     * A service failed or ended in a way that ends the process. Called at most once: on the thread of that service, or if it
     * was not ready in time, on the thread that starts the services.
     */
    void onReason(ShutdownReason reason);
}
