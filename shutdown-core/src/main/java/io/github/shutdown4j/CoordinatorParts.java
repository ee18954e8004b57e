package io.github.shutdown4j;

import java.util.List;

import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;

/** What a coordinator coordinates, fixed when it is built. */
record CoordinatorParts(
        ShutdownConfig config,
        ServiceGroup services,
        List<ConnectionTracker> trackers,
        ResourceManager resources,
        List<StateSaver> savers,
        List<ShutdownListener> listeners,
        Reloader reloader,
        Ending ending,
        boolean watchUncaught,
        Ticker ticker,
        ProcessExit exit) {

    CoordinatorParts {
        trackers = List.copyOf(trackers);
        savers = List.copyOf(savers);
        listeners = List.copyOf(listeners);
    }

    PhaseBudgets budgets() {
        return PhaseBudgets.of(config, !savers.isEmpty());
    }

    /** What the coordinator owns of the process. */
    enum Ending {
        /** Takes signals and the JVM hook, and exits when all is done. */
        EXIT,
        /** Takes signals and the JVM hook, and gives them back when all is done. */
        RETURN,
        /** Takes nothing of the process and leaves it alone. */
        EMBEDDED
    }
}
