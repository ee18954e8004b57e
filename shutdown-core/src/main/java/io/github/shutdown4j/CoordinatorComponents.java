package io.github.shutdown4j;

import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroup;

/** The components of a coordinator. All but the limits are fixed when it is built. */
record CoordinatorComponents(
        LiveConfig liveConfig,
        ServiceGroup services,
        List<ConnectionTracker> trackers,
        ResourceManager resources,
        List<Checkpoint<?>> checkpoints,
        List<ShutdownListener> listeners,
        Reloader reloader,
        ExitMode exitMode,
        boolean watchUncaught,
        Ticker ticker,
        ProcessExit exit) {

    CoordinatorComponents {
        trackers = List.copyOf(trackers);
        checkpoints = List.copyOf(checkpoints);
        listeners = List.copyOf(listeners);
    }

    /** The configuration in force. */
    ShutdownConfig config() {
        return liveConfig.get();
    }

    /** Replaces it, and logs the changes and the warnings of the plan. */
    void reconfigure(ShutdownConfig config) {
        List<String> changes = liveConfig.replace(config);
        if (!changes.isEmpty()) {
            ShutdownLog.LOGGER.info("reconfigured, {}", String.join(", ", changes));
            PlanValidator.warn(this);
        }
    }

    PhaseBudgets budgets() {
        return PhaseBudgets.of(config(), !checkpoints.isEmpty());
    }

    /** Starts the checkpoints. One that cannot start is logged, because the services are already running. */
    void startCheckpoints() {
        for (Checkpoint<?> checkpoint : checkpoints) {
            try {
                checkpoint.start();
            } catch (Exception | Error failure) {
                ShutdownLog.LOGGER.warn("checkpoint '{}' cannot start", checkpoint.name(), failure);
            }
        }
    }

    /** Returns the end of the previous run if a checkpoint has found by now that it was abnormal. */
    Optional<LastRun> lastRunUnclean() {
        for (Checkpoint<?> checkpoint : checkpoints) {
            Optional<LastRun> last = checkpoint.lastRun();
            if (last.isPresent() && !last.get().endedCleanly()) {
                return last;
            }
        }
        return Optional.empty();
    }
}
