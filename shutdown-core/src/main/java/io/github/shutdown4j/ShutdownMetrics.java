package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;

/**
 * Numbers for a metrics library, to be bound as gauges and counters. Every method answers at once, from any thread; none
 * keeps anything alive but the coordinator.
 */
public final class ShutdownMetrics {

    private final List<ConnectionTracker> trackers;
    private final ShutdownHealth health;
    private final PhaseProgressMonitor watch;
    private final Supplier<Optional<ShutdownReport>> report;

    ShutdownMetrics(
            List<ConnectionTracker> trackers,
            ShutdownHealth health,
            PhaseProgressMonitor watch,
            Supplier<Optional<ShutdownReport>> report) {
        this.trackers = trackers;
        this.health = health;
        this.watch = watch;
        this.report = report;
    }

    /** How many guards are held now, over all trackers. */
    public long inFlight() {
        return trackers.stream().mapToLong(ConnectionTracker::active).sum();
    }

    /** What is unfinished in the phase in progress, or before a shutdown in all trackers, as lines of text. */
    String unfinished() {
        return (watch.phase().isPresent() ? watch.describeUnfinished() : PhaseProgressMonitor.describe(trackers))
                .strip();
    }

    /** How many guards were ever handed out, over all trackers. */
    public long admitted() {
        return trackers.stream().mapToLong(ConnectionTracker::admitted).sum();
    }

    /** How many guards were refused, over all trackers: asked for once no new work was taken. */
    public long refused() {
        return trackers.stream().mapToLong(ConnectionTracker::refused).sum();
    }

    /** 1 while ready, else 0. Health checks are not asked; what they have said before counts. */
    public int ready() {
        return health.wasReady() ? 1 : 0;
    }

    /** 1 if a checkpoint has found that the run before this one ended abruptly or was forced to end, else 0. */
    public int lastRunNotInOrder() {
        return health.lastRunNotInOrder().isPresent() ? 1 : 0;
    }

    /** The phase of the shutdown, or the last one when it is over; empty before it. */
    public Optional<ShutdownPhase> phase() {
        return watch.phase();
    }

    /** The number of the phase for a gauge: 0 before the shutdown, then 1 for the first. */
    public int phaseNumber() {
        return phase().map(ShutdownPhase::number).orElse(0);
    }

    /** How long a phase took; empty until the shutdown is over. */
    public Optional<Duration> duration(ShutdownPhase phase) {
        return report.get().flatMap(r -> r.phases().stream()
                .filter(p -> p.phase() == phase)
                .findFirst()
                .map(PhaseReport::elapsed));
    }

    /** How many steps ended like this; 0 until the shutdown is over. */
    public long steps(Outcome outcome) {
        return report.get()
                .map(r -> r.phases().stream()
                        .flatMap(p -> p.steps().stream())
                        .filter(s -> s.outcome() == outcome)
                        .count())
                .orElse(0L);
    }
}
