package io.github.shutdown4j;

import java.util.List;

import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * Liveness and readiness as an orchestrator asks for them. Every method answers at once, from any thread.
 *
 * <p>It knows what the coordinator knows: services that are not ready yet, a shutdown under way. Whether the database
 * answers is the application's to add.
 */
public final class ShutdownHealth {

    private final Readiness readiness;
    private final ShutdownTrigger trigger;
    private final ServiceGroup services;
    private final PhaseProgressMonitor watch;

    ShutdownHealth(Readiness readiness, ShutdownTrigger trigger, ServiceGroup services, PhaseProgressMonitor watch) {
        this.readiness = readiness;
        this.trigger = trigger;
        this.services = services;
        this.watch = watch;
    }

    /**
     * Whether the process should be left running: true from the start, and during a shutdown too, because a process that
     * is draining must not be killed for it. False only when a shutdown has ended and the process is still there.
     */
    public boolean isLive() {
        return !watch.isClosed();
    }

    /** Whether new work should be sent here: all services are ready, and no shutdown has been requested. */
    public boolean isReady() {
        return readiness.state() == Readiness.State.READY && !trigger.isRequested();
    }

    /** Why, in a few words: "ready", "waiting for postgres", "shutting down: drain". */
    public String detail() {
        if (trigger.isRequested()) {
            return "shutting down"
                    + watch.phase().map(phase -> ": " + phase.label()).orElse("");
        }
        if (readiness.state() == Readiness.State.READY) {
            return "ready";
        }
        if (readiness.state() == Readiness.State.QUIET) {
            return "quiet, takes no new work";
        }
        List<String> waitingFor = services.notReady();
        return waitingFor.isEmpty() ? "not started" : "waiting for " + String.join(", ", waitingFor);
    }
}
