package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The heap after a collection and the resident memory of the process, once it is idle. */
final class MemoryPart {

    private static final String PART = "memory";
    private static final int SETTLE_MILLIS = 2_000;
    /** A collector with a fixed young generation, so that differences are due to the library. */
    private static final List<String> OPTIONS = List.of("-XX:+UseSerialGC", "-Xms64m");

    private MemoryPart() {}

    /** The values that a child reports once it is idle. */
    private record Measured(double residentMegabytes, double heapKilobytes) {}

    static void run(Run run) throws Exception {
        var found = Programs.find(run);
        if (found.isEmpty()) {
            return;
        }
        Programs programs = found.get();
        LoadedClasses classes = LoadedClasses.of(run, programs.coordinator(Version.NOW, 0));
        List<Program> all = new ArrayList<>(List.of(
                programs.bare(SETTLE_MILLIS),
                programs.databind(SETTLE_MILLIS),
                programs.read(SETTLE_MILLIS),
                programs.jna(SETTLE_MILLIS),
                programs.floor(SETTLE_MILLIS, classes),
                programs.loaded(SETTLE_MILLIS, classes)));
        for (Version version : programs.versions()) {
            all.add(programs.coordinator(version, SETTLE_MILLIS));
            all.add(programs.listener(version, SETTLE_MILLIS));
            all.add(programs.store(version, SETTLE_MILLIS));
        }
        Path socket = Files.createTempDirectory("notify").resolve("socket"); // its path must be short
        try (DatagramSink sink = DatagramSink.at(socket)) {
            Turns<Measured> turns = new Turns<>();
            for (Program program : all) {
                turns.add(program.name(), () -> {
                    try (Child child = program.start(Map.of("NOTIFY_SOCKET", socket.toString()), OPTIONS)) {
                        List<String> values = child.await("MEMORY");
                        child.term();
                        child.awaitExit();
                        return new Measured(
                                Double.parseDouble(values.get(0)) / 1024, Double.parseDouble(values.get(1)) / 1024);
                    }
                });
            }
            report(run, programs, turns.run(0, run.rounds(11, 2)));
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        }
    }

    private static void report(Run run, Programs programs, Map<String, List<Measured>> results) throws Exception {
        Map<String, Sample> resident = Sample.each(results, Measured::residentMegabytes);
        Map<String, Sample> heap = Sample.each(results, Measured::heapKilobytes);
        String coordinator = programs.coordinator(Version.NOW, 0).name();
        for (String name : results.keySet()) {
            if (!name.equals(Programs.BARE)) {
                Row retained = Row.of(
                        PART,
                        "heap retained",
                        name,
                        Programs.BARE,
                        "KB",
                        heap.get(name).less(heap.get(Programs.BARE)));
                Row rss = Row.of(
                        PART,
                        "resident",
                        name,
                        Programs.BARE,
                        "MB",
                        resident.get(name).less(resident.get(Programs.BARE)));
                run.report().add(name.equals(coordinator) ? retained.bar(256) : retained);
                run.report().add(rss);
            }
        }
        Sample bare = resident.get(Programs.BARE);
        if (programs.hasEarlier()) {
            List<Double> bars = List.of(0.6, 0.7, 0.8);
            List<Program> ours = kinds(programs, Version.NOW);
            List<Program> earlier = kinds(programs, Version.EARLIER);
            for (int i = 0; i < ours.size(); i++) {
                Sample added = resident.get(ours.get(i).name()).less(bare);
                Sample addedEarlier = resident.get(earlier.get(i).name()).less(bare);
                run.report()
                        .add(Row.of(
                                        PART,
                                        "resident, what ours adds against bde63c8",
                                        ours.get(i).name(),
                                        earlier.get(i).name(),
                                        "x",
                                        added.over(addedEarlier))
                                .bar(bars.get(i)));
            }
            List<List<String>> floors =
                    List.of(List.of(Programs.FLOOR, Programs.LOADED), List.of(Programs.JNA), List.of(Programs.READ));
            for (int i = 0; i < floors.size(); i++) {
                Sample addedEarlier = resident.get(earlier.get(i).name()).less(bare);
                for (String floor : floors.get(i)) {
                    run.report()
                            .add(Row.of(
                                    PART,
                                    "resident, what a floor adds against bde63c8",
                                    floor,
                                    earlier.get(i).name(),
                                    "x",
                                    resident.get(floor).less(bare).over(addedEarlier)));
                }
            }
        }
        run.report()
                .add(Row.of(
                                Report.CLAIMS,
                                "resident memory",
                                coordinator,
                                Programs.BARE,
                                "MB",
                                resident.get(coordinator).less(bare))
                        .bar(5));
    }

    private static List<Program> kinds(Programs programs, Version version) throws Exception {
        return List.of(programs.coordinator(version, 0), programs.listener(version, 0), programs.store(version, 0));
    }
}
