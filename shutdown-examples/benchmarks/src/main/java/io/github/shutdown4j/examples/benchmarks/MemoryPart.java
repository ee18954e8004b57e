package io.github.shutdown4j.examples.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is on the heap after a collection, and what the process has of the machine's memory, once it is quiet. */
final class MemoryPart {

    private static final int SETTLE_MILLIS = 2_000;

    private MemoryPart() {}

    static void run(Run run) throws Exception {
        int rounds = run.rounds(15, 5);
        Map<Mains, List<Double>> resident = new LinkedHashMap<>();
        Turns turns = new Turns();
        for (Mains main : Mains.values()) {
            List<Double> megabytes = new ArrayList<>();
            resident.put(main, megabytes);
            turns.add(main.text, () -> {
                // One collector whose young generation is no guess of the JVM: what differs is then our own.
                try (Child child = main.start(run.folder(), SETTLE_MILLIS, "-XX:+UseSerialGC", "-Xms64m")) {
                    List<String> told = child.await("MEMORY");
                    megabytes.add(Double.parseDouble(told.get(0)) / 1024);
                    child.term();
                    child.awaitExit();
                    return Double.parseDouble(told.get(1)) / 1024;
                }
            });
        }
        Map<String, Sample> heap = turns.run(0, rounds);
        Sample bareResident = sample(resident.get(Mains.BARE));
        for (Mains main : List.of(Mains.OURS, Mains.OURS_WITH_STORE, Mains.BARE_WITH_DATABIND)) {
            Row retained = Row.of(
                    "memory",
                    "heap retained",
                    main.text,
                    Mains.BARE.text,
                    "KB",
                    heap.get(main.text).less(heap.get(Mains.BARE.text)));
            Row rss = Row.of(
                    "memory",
                    "resident",
                    main.text,
                    Mains.BARE.text,
                    "MB",
                    sample(resident.get(main)).less(bareResident));
            run.report().add(main == Mains.OURS ? retained.bar(256) : retained);
            run.report().add(main == Mains.OURS ? rss.bar(3) : rss);
        }
    }

    private static Sample sample(List<Double> values) {
        return new Sample(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
