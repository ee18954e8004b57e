package io.github.shutdown4j.examples.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.github.shutdown4j.examples.benchmarks.trackers.ClosedBit;
import io.github.shutdown4j.examples.benchmarks.trackers.Exactness;
import io.github.shutdown4j.examples.benchmarks.trackers.Floor;
import io.github.shutdown4j.examples.benchmarks.trackers.FloorOfGuards;
import io.github.shutdown4j.examples.benchmarks.trackers.FloorWithClock;
import io.github.shutdown4j.examples.benchmarks.trackers.FloorWithCompare;
import io.github.shutdown4j.examples.benchmarks.trackers.MapEntry;
import io.github.shutdown4j.examples.benchmarks.trackers.MapOfDetails;
import io.github.shutdown4j.examples.benchmarks.trackers.Ours;
import io.github.shutdown4j.examples.benchmarks.trackers.OursAsOptional;
import io.github.shutdown4j.examples.benchmarks.trackers.OursEscaping;
import io.github.shutdown4j.examples.benchmarks.trackers.OursHandedOn;
import io.github.shutdown4j.examples.benchmarks.trackers.OursReturned;
import io.github.shutdown4j.examples.benchmarks.trackers.OursWithDetails;
import io.github.shutdown4j.examples.benchmarks.trackers.OursWithLabel;
import io.github.shutdown4j.examples.benchmarks.trackers.PhaserParties;
import io.github.shutdown4j.examples.benchmarks.trackers.ReadLock;
import io.github.shutdown4j.examples.benchmarks.trackers.SemaphorePermits;
import io.github.shutdown4j.examples.benchmarks.trackers.StampedRead;
import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/** The start and end of a piece of work: ours, the minimum, and the alternatives. */
final class TrackerPart {

    static final String OURS = "shutdown4j, guard stays local";
    static final String ESCAPING = "shutdown4j, guard escapes";
    static final String DETAILS = "shutdown4j, details on";
    static final String HANDED_ON = "shutdown4j, guard is passed on";
    static final String RETURNED = "shutdown4j, guard is returned";
    static final String AS_OPTIONAL = "shutdown4j, tryAcquire";
    static final String FLOOR_OF_GUARDS = "two getAndAdd, with an object";
    static final String FLOOR_WITH_COMPARE = "getAndAdd and compareAndExchange";
    static final String FLOOR_WITH_CLOCK = "two getAndAdd, with a clock";
    static final String FLOOR = "two uncontended getAndAdd";
    static final String LABELLED = "shutdown4j, details on, with a label";
    static final String ENTRY = "ConcurrentHashMap entry";
    static final String FULL_ENTRY = "ConcurrentHashMap entry with thread, moment, label";

    private static final String PEERS = "io.github.shutdown4j.examples.benchmarks.peers.";
    private static final String CLOSED_BIT = "AtomicLong with closed bit";
    private static final int[] THREADS = {1, 2, 8};
    /** As many as can run at once: none yields during a measurement, and JMH waits for all. */
    private static final int VIRTUAL_THREADS = Runtime.getRuntime().availableProcessors();

    private TrackerPart() {}

    static void run(Run run) throws Exception {
        JmhStations stations = new JmhStations(run);
        Map<String, String> notes = new LinkedHashMap<>();
        Map<String, String> subjects = admitted(run, stations, all(run), notes);
        for (int threads : THREADS) {
            Map<String, String> timed = new LinkedHashMap<>(subjects);
            if (!run.full() && threads > 2) {
                timed.values().removeIf(subject -> !subject.contains(".trackers.")); // other projects
            }
            Map<String, List<JmhStations.Score>> scores = new LinkedHashMap<>();
            // Compilers decide a little differently in each JVM.
            for (int generation = 0; generation < run.rounds(3, 1); generation++) {
                takeTurns(run, opener(run, stations, threads), timed, scores);
            }
            report(run, threads, scores, notes);
        }
        if (Runtime.version().feature() >= 21) {
            virtualThreads(run, stations, subjects, notes);
        }
    }

    private static void virtualThreads(
            Run run, JmhStations stations, Map<String, String> subjects, Map<String, String> notes) throws Exception {
        Map<String, String> some = new LinkedHashMap<>(subjects);
        some.keySet().retainAll(Set.of(FLOOR, OURS, ESCAPING, HANDED_ON, RETURNED, DETAILS, ENTRY, CLOSED_BIT));
        Map<String, List<JmhStations.Score>> scores = new LinkedHashMap<>();
        for (int generation = 0; generation < run.rounds(3, 1); generation++) {
            takeTurns(run, (name, subject) -> stations.startVirtual(subject, VIRTUAL_THREADS), some, scores);
        }
        compare(run, VIRTUAL_THREADS + " virtual threads", Sample.each(scores, JmhStations.Score::nanos), notes);
    }

    private interface Opener {
        JmhStations.One open(String name, String subject) throws Exception;
    }

    private static Opener opener(Run run, JmhStations stations, int threads) {
        return (name, subject) -> name.startsWith(Version.EARLIER.text)
                ? stations.startEarlier(run.peers(), subject, threads)
                : stations.start(subject, threads);
    }

    private static void takeTurns(
            Run run, Opener opener, Map<String, String> subjects, Map<String, List<JmhStations.Score>> scores)
            throws Exception {
        List<JmhStations.One> open = new ArrayList<>();
        try {
            Turns<JmhStations.Score> turns = new Turns<>();
            for (Map.Entry<String, String> subject : subjects.entrySet()) {
                JmhStations.One station = opener.open(subject.getKey(), subject.getValue());
                open.add(station);
                turns.add(subject.getKey(), station::turn);
            }
            turns.run(0, run.rounds(7, 3)).forEach((name, list) -> scores.computeIfAbsent(name, n -> new ArrayList<>())
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
            boolean escapes = List.of(ESCAPING, HANDED_ON, RETURNED).contains(name);
            // The profiler's own share is a small part of a byte.
            boolean local = List.of(OURS, AS_OPTIONAL).contains(name);
            run.report().add(local ? row.bar(0.01) : escapes ? row.bar(24.01) : row);
        });
    }

    private static void compare(Run run, String on, Map<String, Sample> times, Map<String, String> notes) {
        Sample floor = times.get(FLOOR);
        times.forEach((name, sample) -> {
            Row row = Row.of("tracker", "acquire and close, " + on, name, FLOOR, "x", sample.over(floor));
            row = List.of(OURS, HANDED_ON, RETURNED).contains(name) ? row.bar(1.1) : row;
            run.report().add(row.note(notes.getOrDefault(name, "")));
        });
        Sample ours = times.get(OURS);
        times.forEach((name, sample) -> {
            if (notes.getOrDefault(name, "").startsWith("exact") && !name.startsWith("shutdown4j")) {
                run.report()
                        .add(Row.of("tracker", "ours in the time of, " + on, name, name, "x", ours.over(sample))
                                .bar(1)
                                .note(notes.get(name)));
            }
        });
        ratio(run, "local, " + on, times, OURS, FLOOR_WITH_COMPARE, 1.1);
        ratio(run, "handed on, " + on, times, HANDED_ON, FLOOR_OF_GUARDS, 1.1);
        ratio(run, "handed on, " + on, times, HANDED_ON, CLOSED_BIT, 1);
        ratio(run, "handed on, " + on, times, RETURNED, CLOSED_BIT, 1);
        ratio(run, "details, " + on, times, DETAILS, ENTRY, on.startsWith("1 ") ? 0.45 : 0.5);
        ratio(run, "details, " + on, times, LABELLED, FULL_ENTRY, Double.NaN);
        ratio(run, "details, " + on, times, FLOOR_WITH_CLOCK, ENTRY, Double.NaN);
        ratio(run, "details, " + on, times, DETAILS, FLOOR_WITH_CLOCK, 1.1);
        ratio(run, "details, " + on, times, DETAILS, OURS, Double.NaN);
        for (String name : List.of(OURS, ESCAPING, DETAILS)) {
            ratio(run, "ours in the time of bde63c8, " + on, times, name, earlier(name), Double.NaN);
        }
    }

    /** If both have been measured. */
    private static void ratio(Run run, String group, Map<String, Sample> times, String name, String other, double bar) {
        if (times.containsKey(name) && times.containsKey(other)) {
            Sample ratio = times.get(name).over(times.get(other));
            run.report().add(Row.of("tracker", group, name, other, "x", ratio).bar(bar));
        }
    }

    private static String earlier(String name) {
        return name.replace(Version.NOW.text, Version.EARLIER.text);
    }

    /** Those that are exact as promised, with a note on each; the others are excluded. */
    static Map<String, String> admitted(
            Run run, JmhStations stations, Map<String, String> candidates, Map<String, String> notes) throws Exception {
        Map<String, String> subjects = new LinkedHashMap<>();
        List<String> refused = new ArrayList<>();
        for (Map.Entry<String, String> entry : candidates.entrySet()) {
            String name = entry.getKey();
            if (List.of(FLOOR, FLOOR_WITH_COMPARE, FLOOR_OF_GUARDS, FLOOR_WITH_CLOCK)
                    .contains(name)) {
                notes.put(name, "closes nothing");
                subjects.put(name, entry.getValue());
                continue;
            }
            if (name.startsWith(Version.EARLIER.text)) {
                notes.put(name, "the earlier version");
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
        subjects.put(HANDED_ON, OursHandedOn.class.getName());
        subjects.put(RETURNED, OursReturned.class.getName());
        subjects.put(AS_OPTIONAL, OursAsOptional.class.getName());
        subjects.put(FLOOR_WITH_COMPARE, FloorWithCompare.class.getName());
        subjects.put(FLOOR_OF_GUARDS, FloorOfGuards.class.getName());
        subjects.put(FLOOR_WITH_CLOCK, FloorWithClock.class.getName());
        subjects.put(DETAILS, OursWithDetails.class.getName());
        subjects.put(LABELLED, OursWithLabel.class.getName());
        subjects.put(ENTRY, MapEntry.class.getName());
        subjects.put(FULL_ENTRY, MapOfDetails.class.getName());
        subjects.put(CLOSED_BIT, ClosedBit.class.getName());
        subjects.put("Semaphore", SemaphorePermits.class.getName());
        subjects.put("Phaser", PhaserParties.class.getName());
        subjects.put("ReentrantReadWriteLock", ReadLock.class.getName());
        subjects.put("StampedLock", StampedRead.class.getName());
        if (run.peers().has(Version.EARLIER.peer)) {
            for (String name : List.of(OURS, ESCAPING, DETAILS)) {
                subjects.put(earlier(name), subjects.get(name));
            }
        }
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
