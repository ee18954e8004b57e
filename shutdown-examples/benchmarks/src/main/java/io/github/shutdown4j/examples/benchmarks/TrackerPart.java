package io.github.shutdown4j.examples.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.shutdown4j.examples.benchmarks.trackers.ClosedBit;
import io.github.shutdown4j.examples.benchmarks.trackers.Exactness;
import io.github.shutdown4j.examples.benchmarks.trackers.Floor;
import io.github.shutdown4j.examples.benchmarks.trackers.MapEntry;
import io.github.shutdown4j.examples.benchmarks.trackers.MapOfDetails;
import io.github.shutdown4j.examples.benchmarks.trackers.Ours;
import io.github.shutdown4j.examples.benchmarks.trackers.OursEscaping;
import io.github.shutdown4j.examples.benchmarks.trackers.OursWithDetails;
import io.github.shutdown4j.examples.benchmarks.trackers.OursWithLabel;
import io.github.shutdown4j.examples.benchmarks.trackers.PhaserParties;
import io.github.shutdown4j.examples.benchmarks.trackers.ReadLock;
import io.github.shutdown4j.examples.benchmarks.trackers.SemaphorePermits;
import io.github.shutdown4j.examples.benchmarks.trackers.StampedRead;
import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** A piece of work that comes and goes: ours, the floor, and what else one could take. */
final class TrackerPart {

    static final String OURS = "shutdown4j, guard stays local";
    static final String ESCAPING = "shutdown4j, guard escapes";
    static final String DETAILS = "shutdown4j, details on";
    static final String FLOOR = "two uncontended getAndAdd";
    static final String LABELLED = "shutdown4j, details on, with a label";
    static final String ENTRY = "ConcurrentHashMap entry";
    static final String FULL_ENTRY = "ConcurrentHashMap entry with thread, moment, label";

    private static final String PEERS = "io.github.shutdown4j.examples.benchmarks.peers.";
    private static final int[] THREADS = {1, 2, 8};

    private TrackerPart() {}

    static void run(Run run) throws Exception {
        JmhStations stations = new JmhStations(run);
        Map<String, String> notes = new LinkedHashMap<>();
        Map<String, String> subjects = admitted(run, stations, all(run), notes);
        for (int threads : THREADS) {
            Map<String, List<JmhStations.Score>> scores = new LinkedHashMap<>();
            // Compilers decide a little differently in each JVM.
            for (int generation = 0; generation < run.rounds(3, 1); generation++) {
                takeTurns(stations, subjects, threads, run.rounds(7, 5), scores);
            }
            report(run, threads, scores, notes);
        }
    }

    private static void takeTurns(
            JmhStations stations,
            Map<String, String> subjects,
            int threads,
            int rounds,
            Map<String, List<JmhStations.Score>> scores)
            throws Exception {
        List<JmhStations.One> open = new ArrayList<>();
        try {
            Turns<JmhStations.Score> turns = new Turns<>();
            for (Map.Entry<String, String> subject : subjects.entrySet()) {
                JmhStations.One station = stations.start(subject.getValue(), threads);
                open.add(station);
                turns.add(subject.getKey(), station::turn);
            }
            turns.run(0, rounds).forEach((name, list) -> scores.computeIfAbsent(name, n -> new ArrayList<>())
                    .addAll(list));
        } finally {
            open.forEach(JmhStations.One::close);
        }
    }

    private static void report(
            Run run, int threads, Map<String, List<JmhStations.Score>> scores, Map<String, String> notes) {
        String on = threads == 1 ? "1 thread" : threads + " threads";
        compare(run, on, Sample.each(scores, JmhStations.Score::nanos), notes);
        compare(run, on + ", processor time", Sample.each(scores, JmhStations.Score::processorNanos), notes);
        Sample.each(scores, JmhStations.Score::bytes).forEach((name, bytes) -> {
            Row row = Row.of("tracker", "allocated, " + on, name, "", "B/op", bytes);
            boolean bounded = name.equals(OURS) || name.equals(ESCAPING);
            // What the profiler sees of itself is a small part of a byte.
            run.report().add(bounded ? row.bar(name.equals(OURS) ? 0.01 : 24.01) : row);
        });
    }

    private static void compare(Run run, String on, Map<String, Sample> times, Map<String, String> notes) {
        Sample floor = times.get(FLOOR);
        times.forEach((name, sample) -> {
            Row row = Row.of("tracker", "come and go, " + on, name, FLOOR, "x", sample.over(floor));
            row = name.equals(OURS) ? row.bar(1.1) : row;
            run.report().add(row.note(notes.getOrDefault(name, "")));
        });
        Sample ours = times.get(OURS);
        times.forEach((name, sample) -> {
            if (!name.startsWith("shutdown4j") && !name.equals(FLOOR) && !name.startsWith(ENTRY)) {
                run.report()
                        .add(Row.of("tracker", "ours in the time of, " + on, name, name, "x", ours.over(sample))
                                .bar(1)
                                .note(notes.getOrDefault(name, "")));
            }
        });
        Sample details = times.get(DETAILS);
        run.report()
                .add(Row.of("tracker", "details, " + on, DETAILS, ENTRY, "x", details.over(times.get(ENTRY)))
                        .bar(0.5));
        run.report()
                .add(Row.of(
                        "tracker",
                        "details, " + on,
                        LABELLED,
                        FULL_ENTRY,
                        "x",
                        times.get(LABELLED).over(times.get(FULL_ENTRY))));
        run.report().add(Row.of("tracker", "details, " + on, DETAILS, OURS, "x", details.over(ours)));
    }

    /** Those that keep their promise to be exact, with a note on each; the others are refused. */
    static Map<String, String> admitted(
            Run run, JmhStations stations, Map<String, String> candidates, Map<String, String> notes) throws Exception {
        Map<String, String> subjects = new LinkedHashMap<>();
        List<String> refused = new ArrayList<>();
        for (Map.Entry<String, String> entry : candidates.entrySet()) {
            String name = entry.getKey();
            if (name.equals(FLOOR)) {
                notes.put(name, "closes nothing");
                subjects.put(name, entry.getValue());
                continue;
            }
            Subject subject = stations.subject(entry.getValue());
            Optional<String> mistake =
                    Exactness.mistake(() -> stations.subject(entry.getValue()), run.rounds(500, 100));
            boolean meant = subject.inexactBecause().isEmpty();
            boolean fails = mistake.filter(seen -> seen.startsWith("fails")).isPresent();
            if (fails || (meant && mistake.isPresent())) {
                refused.add(name + " " + mistake.get());
                continue;
            }
            String exact = meant
                    ? "exact"
                    : "not exact: " + subject.inexactBecause()
                            + mistake.map(seen -> "; seen: " + seen).orElse("");
            notes.put(name, exact + (subject.note().isEmpty() ? "" : "; " + subject.note()));
            subjects.put(name, entry.getValue());
        }
        refused.forEach(reason -> run.report().remark("Not timed, since it forgets work or fails: " + reason));
        return subjects;
    }

    private static Map<String, String> all(Run run) {
        Map<String, String> subjects = new LinkedHashMap<>();
        subjects.put(FLOOR, Floor.class.getName());
        subjects.put(OURS, Ours.class.getName());
        subjects.put(ESCAPING, OursEscaping.class.getName());
        subjects.put(DETAILS, OursWithDetails.class.getName());
        subjects.put(LABELLED, OursWithLabel.class.getName());
        subjects.put(ENTRY, MapEntry.class.getName());
        subjects.put(FULL_ENTRY, MapOfDetails.class.getName());
        subjects.put("AtomicLong with closed bit", ClosedBit.class.getName());
        subjects.put("Semaphore", SemaphorePermits.class.getName());
        subjects.put("Phaser", PhaserParties.class.getName());
        subjects.put("ReentrantReadWriteLock", ReadLock.class.getName());
        subjects.put("StampedLock", StampedRead.class.getName());
        if (run.peers().has("trackers")) {
            subjects.put("Undertow GracefulShutdownHandler", PEERS + "UndertowGraceful");
            subjects.put("Jetty GracefulHandler", PEERS + "JettyGraceful");
            subjects.put("Armeria GracefulShutdownSupport", "com.linecorp.armeria.server.ArmeriaSupport");
            subjects.put("Tomcat LimitLatch", PEERS + "TomcatLatch");
            subjects.put("HikariCP SuspendResumeLock", PEERS + "HikariLock");
            subjects.put("Cassandra OpOrder", PEERS + "CassandraOrder");
        } else {
            run.report().remark("The trackers of other projects are left out: build them with -Pbenchmarks.");
        }
        return subjects;
    }
}
