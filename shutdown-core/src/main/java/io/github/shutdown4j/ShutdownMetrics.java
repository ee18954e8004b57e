package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;

/**
 * Figures to bind to a metrics library as gauges and counters. Thread-safe; every method returns at once.
 *
 * <pre>{@code
 * ShutdownMetrics metrics = coordinator.metrics();
 * gauges.register("shutdown_in_flight", metrics::inFlight);
 * gauges.register("shutdown_phase", metrics::phaseNumber);
 * }</pre>
 */
public final class ShutdownMetrics {

    private final List<ConnectionTracker> trackers;
    private final ShutdownHealth health;
    private final PhaseProgressMonitor progress;
    private final Supplier<Optional<ShutdownReport>> report;

    ShutdownMetrics(
            List<ConnectionTracker> trackers,
            ShutdownHealth health,
            PhaseProgressMonitor progress,
            Supplier<Optional<ShutdownReport>> report) {
        this.trackers = trackers;
        this.health = health;
        this.progress = progress;
        this.report = report;
    }

    /** Returns the number of guards held now, over all trackers. */
    public long inFlight() {
        return trackers.stream().mapToLong(ConnectionTracker::inFlight).sum();
    }

    /** Returns the unfinished work of the current phase or, before a shutdown, of all trackers, one line for each. */
    String unfinished() {
        return (progress.phase().isPresent() ? progress.describeUnfinished() : PhaseProgressMonitor.describe(trackers))
                .strip();
    }

    /** Returns the number of guards acquired so far, over all trackers. */
    public long admitted() {
        return trackers.stream().mapToLong(ConnectionTracker::admitted).sum();
    }

    /** Returns the number of guards refused so far, over all trackers, because no new work was accepted. */
    public long refused() {
        return trackers.stream().mapToLong(ConnectionTracker::refused).sum();
    }

    /** Returns 1 while ready, otherwise 0. Uses the latest results of the health checks without running them. */
    public int ready() {
        return health.isReadyAsLastChecked() ? 1 : 0;
    }

    /** Returns 1 if a checkpoint has found that the previous run ended abruptly or was halted, otherwise 0. */
    public int lastRunUnclean() {
        return health.lastRunUnclean().isPresent() ? 1 : 0;
    }

    /** Returns the current phase of the shutdown, or the last phase after it; empty before a shutdown. */
    public Optional<ShutdownPhase> phase() {
        return progress.phase();
    }

    /** Returns the number of the phase for a gauge: 0 before a shutdown, 1 for the first phase. */
    public int phaseNumber() {
        return phase().map(ShutdownPhase::number).orElse(0);
    }

    /** Returns the duration of a phase; empty until the shutdown has ended. */
    public Optional<Duration> duration(ShutdownPhase phase) {
        Checks.notNull("phase", phase);
        return report.get().flatMap(r -> r.phases().stream()
                .filter(p -> p.phase() == phase)
                .findFirst()
                .map(PhaseReport::elapsed));
    }

    /** Returns the number of steps with this outcome; 0 until the shutdown has ended. */
    public long steps(Outcome outcome) {
        Checks.notNull("outcome", outcome);
        return report.get()
                .map(r -> r.phases().stream()
                        .flatMap(p -> p.steps().stream())
                        .filter(s -> s.outcome() == outcome)
                        .count())
                .orElse(0L);
    }
}
