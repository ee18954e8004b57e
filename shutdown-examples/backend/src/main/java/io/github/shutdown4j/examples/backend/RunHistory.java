package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.github.shutdown4j.ShutdownMetrics;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.examples.backend.jobs.JobEnd;

/**
 * The counts of this instance over all its runs, and the end of the last run. They are kept in a file instead of the database,
 * because they are saved once more after the release, when the database is closed.
 */
final class RunHistory {

    /**
     * The persistent counts.
     *
     * @param runs the number of runs, including this one
     * @param requests the number of accepted requests
     * @param refused the number of requests that were answered with 503 during shutdowns
     * @param jobs the number of ended deliveries by outcome
     */
    record State(long runs, long requests, long refused, Map<String, Long> jobs) {}

    private static final State NOTHING = new State(0, 0, 0, Map.of());
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final CheckpointStore<State> store;
    private final LastRun last;
    private final State before;
    private final Map<String, Long> jobs = new ConcurrentHashMap<>();
    private volatile Optional<ShutdownMetrics> metrics = Optional.empty();

    private RunHistory(CheckpointStore<State> store, State before) throws IOException {
        this.store = store;
        this.last = store.lastRun();
        this.before = before;
    }

    /** Opens the file, which no other process may have open. */
    static RunHistory open(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        CheckpointStore<State> store = CheckpointStore.json(absolute, State.class);
        return new RunHistory(store, store.load().orElse(NOTHING));
    }

    /** Opens a file that does not exist, for a history that is not run. */
    static RunHistory planned(Path file) throws IOException {
        return new RunHistory(CheckpointStore.json(file, State.class), NOTHING);
    }

    /** Closes the file without saving. */
    void close() {
        store.close();
    }

    /** Saved every ten seconds, during the shutdown, and after the release. */
    Checkpoint<State> checkpoint() {
        return Checkpoint.every(PERIOD, store, this::now);
    }

    /** The counters of this run. */
    void follow(ShutdownMetrics ofThisRun) {
        metrics = Optional.of(ofThisRun);
    }

    void jobEnded(JobEnd end) {
        jobs.merge(end.outcome().label(), 1L, Long::sum);
    }

    private State now() {
        Map<String, Long> all = new TreeMap<>(before.jobs());
        jobs.forEach((outcome, count) -> all.merge(outcome, count, Long::sum));
        return new State(
                before.runs() + 1,
                before.requests() + metrics.map(ShutdownMetrics::admitted).orElse(0L),
                before.refused() + metrics.map(ShutdownMetrics::refused).orElse(0L),
                all);
    }

    /** A text about the last run and all earlier ones. */
    String text() {
        if (last.ending() == LastRun.Ending.FIRST_RUN) {
            return "none, this is the first";
        }
        String ended =
                switch (last.ending()) {
                    case CLEAN -> "ended cleanly";
                    case FORCED -> "was forced to end";
                    default -> "ended abruptly";
                };
        String at = last.endedAt().map(RunHistory::shown).map(" at "::concat).orElse("");
        return ended + at + "; " + before.runs() + " so far with " + before.requests() + " requests and jobs taken on, "
                + before.refused() + " refused, jobs " + before.jobs();
    }

    private static String shown(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
