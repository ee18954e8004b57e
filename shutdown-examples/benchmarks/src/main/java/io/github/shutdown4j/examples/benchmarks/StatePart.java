package io.github.shutdown4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A large state, and small saves, in this version and in the earlier one. */
final class StatePart {

    private static final String PART = "state";
    private static final int RECORDS = 196_608;
    private static final String SIZE = "192 MB";
    /**
     * The tested megabytes of heap in addition to the state's own objects: each about a fifth more than the previous
     * one.
     */
    private static final int[] FINE = {
        8, 12, 16, 20, 24, 29, 35, 42, 50, 60, 72, 86, 104, 125, 150, 180, 216, 259, 311, 373, 448, 537, 645, 774, 928,
        1114
    };
    /** The same for a short run: each about half more. */
    private static final int[] COARSE = {12, 18, 27, 40, 60, 90, 135, 202, 303, 454, 681, 1022};

    private static final int AMPLE_MB = 3_000;
    private static final int YOUNG_MB = 8;
    private static final double MB = 1 << 20;
    private static final String LEAST = "without us, one read by databind";

    private final Run run;
    private final Programs programs;
    /** The heap of the state itself, in megabytes. */
    private final Map<String, Double> own = new HashMap<>();

    private StatePart(Run run, Programs programs) {
        this.run = run;
        this.programs = programs;
    }

    static void run(Run run) throws Exception {
        var programs = Programs.find(run);
        if (programs.isPresent()) {
            StatePart part = new StatePart(run, programs.get());
            part.largeTimes();
            part.largeHeap();
            part.smallSaves(1_000);
            part.smallSaves(100_000);
            part.systemCalls();
        }
    }

    /** The result of a run of {@link #large}; {@code millis} on the wall. */
    private record Measured(double ownMegabytes, double millis, double processorMillis) {}

    private void largeTimes() throws Exception {
        for (String operation : List.of("save", "load")) {
            Turns<Measured> turns = new Turns<>();
            for (Version version : programs.versions()) {
                turns.add(version.text, () -> {
                    Measured values = large(version, operation, AMPLE_MB).orElseThrow();
                    own.put(operation + version, values.ownMegabytes());
                    return values;
                });
            }
            if (operation.equals("load")) {
                turns.add(LEAST, () -> readByDatabind().orElseThrow());
            }
            Map<String, List<Measured>> runs = turns.run(0, run.rounds(5, 3));
            String group = operation + " of " + SIZE;
            largeTimes(group, Sample.each(runs, Measured::millis), 0.8);
            largeTimes(group + ", processor time", Sample.each(runs, Measured::processorMillis), Double.NaN);
        }
    }

    private void largeTimes(String group, Map<String, Sample> times, double bar) {
        times.forEach((program, sample) -> run.report().add(Row.of(PART, group, program, "", "ms", sample)));
        Sample earlier = times.get(Version.EARLIER.text);
        if (earlier != null) {
            Sample ours = times.get(Version.NOW.text).over(earlier);
            run.report()
                    .add(ratio(group + ", ours in the time of bde63c8", ours).bar(bar));
            Sample least = times.get(LEAST);
            if (least != null) {
                String floor = group + ", a floor in the time of bde63c8";
                run.report().add(Row.of(PART, floor, LEAST, Version.EARLIER.text, "x", least.over(earlier)));
            }
        }
    }

    private void largeHeap() throws Exception {
        for (String operation : List.of("save", "load")) {
            Map<Version, Double> beyond = new LinkedHashMap<>();
            for (Version version : programs.versions()) {
                double megabytes = leastHeap(version, operation);
                beyond.put(version, megabytes);
                run.report()
                        .add(Row.of(
                                        PART,
                                        "heap beyond the state, " + operation + " of " + SIZE,
                                        version.text,
                                        "",
                                        "MB",
                                        new Sample(megabytes))
                                .note("the least of the sizes tried with which it succeeds"));
            }
            if (programs.hasEarlier()) {
                double ratio = beyond.get(Version.NOW) / beyond.get(Version.EARLIER);
                run.report()
                        .add(ratio(
                                        "heap beyond the state, " + operation + " of " + SIZE + ", against bde63c8",
                                        new Sample(ratio))
                                .bar(operation.equals("save") ? 0.1 : 0.4));
            }
        }
    }

    private static Row ratio(String group, Sample sample) {
        return Row.of(PART, group, Version.NOW.text, Version.EARLIER.text, "x", sample);
    }

    /** The minimum heap in addition to the state's own objects, in megabytes, by binary search. */
    private double leastHeap(Version version, String operation) throws Exception {
        double base = own.get(operation + version) + YOUNG_MB;
        int[] sizes = run.full() ? FINE : COARSE;
        int low = 0;
        int high = sizes.length - 1; // assumed to be enough
        while (low < high) {
            int middle = (low + high) / 2;
            if (large(version, operation, (int) Math.ceil(base) + sizes[middle]).isPresent()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return sizes[low];
    }

    /** Saves or loads in a JVM with this much heap; empty if that is not enough. */
    private Optional<Measured> large(Version version, String operation, int heapMegabytes) throws Exception {
        String file = programs.file(version, "large");
        if (operation.equals("save")) {
            for (String suffix : List.of("", ".prev")) {
                Files.deleteIfExists(Path.of(file + suffix)); // a first save reads the existing file
            }
        }
        return measure(
                programs.other(version, "LargeState", operation, file, Integer.toString(RECORDS)), heapMegabytes);
    }

    /** Reads the file of this version without the library. */
    private Optional<Measured> readByDatabind() throws Exception {
        String file = programs.file(Version.NOW, "large");
        return measure(programs.other(Version.NOW, "LargeRead", file, Integer.toString(RECORDS)), AMPLE_MB);
    }

    private static Optional<Measured> measure(Program program, int heapMegabytes) throws Exception {
        // A small young generation, so that nearly all of the heap is for live objects.
        try (Child child = program.start(
                "-XX:+UseSerialGC",
                "-Xmx" + heapMegabytes + "m",
                "-Xmn" + YOUNG_MB + "m",
                "-XX:+ExitOnOutOfMemoryError")) {
            List<String> values = child.await("DONE");
            child.awaitExit();
            return Optional.of(new Measured(
                    Double.parseDouble(values.get(0)) / MB,
                    Double.parseDouble(values.get(1)),
                    Double.parseDouble(values.get(2))));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    private void smallSaves(int size) throws Exception {
        String text = String.format(Locale.ROOT, "%,d bytes", size);
        int saves = size > 10_000 ? 10 : 40;
        Map<Version, Child> children = new LinkedHashMap<>();
        try {
            Turns<Double> turns = new Turns<>();
            for (Version version : programs.versions()) {
                Child child = saver(version, size);
                children.put(version, child);
                turns.add(version.text, () -> {
                    child.say(Integer.toString(saves));
                    return Double.parseDouble(child.await("SAVED").get(0));
                });
            }
            Map<String, Sample> samples = Sample.each(turns.run(15, run.rounds(60, 20)));
            Sample ours = samples.get(Version.NOW.text);
            run.report().add(Row.of(PART, "save of " + text, Version.NOW.text, "", "us", ours));
            if (programs.hasEarlier()) {
                run.report()
                        .add(ratio(
                                        "save of " + text + ", ours in the time of bde63c8",
                                        ours.over(samples.get(Version.EARLIER.text)))
                                .bar(1.05)
                                .note("no slower; a twentieth is allowed for"));
            }
        } finally {
            children.values().forEach(Child::close);
        }
    }

    private Child saver(Version version, int size) throws IOException {
        Child child = programs.other(version, "Saves", programs.file(version, "small-" + size), Integer.toString(size))
                .start();
        child.await("READY");
        return child;
    }

    private void systemCalls() throws Exception {
        Map<Version, Double> calls = new LinkedHashMap<>();
        for (Version version : programs.versions()) {
            Optional<Double> each = systemCallsOfASave(version);
            if (each.isEmpty()) {
                run.report().remark("System calls are not counted: needs strace, and the right to trace a child.");
                return;
            }
            calls.put(version, each.get());
            run.report()
                    .add(Row.of(
                                    PART,
                                    "system calls of a save of 1 KB",
                                    version.text,
                                    "",
                                    "calls",
                                    new Sample(each.get()))
                            .note("those that name a file or a descriptor"));
        }
        if (programs.hasEarlier()) {
            run.report()
                    .add(ratio(
                                    "system calls of a save of 1 KB, against bde63c8",
                                    new Sample(calls.get(Version.NOW) / calls.get(Version.EARLIER)))
                            .bar(1));
        }
    }

    private Optional<Double> systemCallsOfASave(Version version) throws Exception {
        int saves = 200;
        Path log = run.folder().resolve("calls.txt");
        Files.deleteIfExists(log);
        try (Child child = saver(version, 1_000)) {
            child.say("50"); // warm
            child.await("SAVED");
            Process strace;
            try {
                strace = new ProcessBuilder(
                                "strace",
                                "-f",
                                "-qq",
                                "-e",
                                "trace=%file,%desc",
                                "-o",
                                log.toString(),
                                "-p",
                                Long.toString(child.pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException noStrace) {
                return Optional.empty();
            }
            try {
                if (!isTraced(child.pid())) {
                    return Optional.empty();
                }
                child.say(Integer.toString(saves));
                child.await("SAVED");
            } finally {
                strace.destroy();
                strace.waitFor(10, TimeUnit.SECONDS);
            }
            return Optional.of((double) callsOfTheSaver(Files.readAllLines(log)) / saves);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /** For the thread that forces files; other threads of the JVM read files of the system. */
    static long callsOfTheSaver(List<String> log) {
        Set<String> savers = log.stream()
                .filter(line -> line.contains(" fsync("))
                .map(line -> line.split(" ", 2)[0])
                .collect(Collectors.toSet());
        return log.stream()
                .filter(line -> !line.contains("resumed>"))
                .filter(line -> savers.contains(line.split(" ", 2)[0]))
                .count();
    }

    /** Waits a moment until all threads of this process are traced. */
    private static boolean isTraced(long pid) throws Exception {
        for (int i = 0; i < 50; i++) {
            Thread.sleep(100);
            boolean all = true;
            try (var tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
                for (Path task : tasks.toList()) {
                    all &= Files.readAllLines(task.resolve("status")).stream()
                            .anyMatch(line -> line.matches("TracerPid:\\s+[1-9].*"));
                }
            }
            if (all) {
                return true;
            }
        }
        return false;
    }
}
