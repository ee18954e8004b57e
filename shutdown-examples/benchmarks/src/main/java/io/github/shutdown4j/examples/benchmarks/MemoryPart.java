package io.github.shutdown4j.examples.benchmarks;

import java.util.List;
import java.util.Map;

/** What is on the heap after a collection, and what the process has of the machine's memory, once it is quiet. */
final class MemoryPart {

    private static final int SETTLE_MILLIS = 2_000;

    private MemoryPart() {}

    /** What a child says of itself once it has settled. */
    private record Told(double residentMegabytes, double heapKilobytes) {}

    static void run(Run run) throws Exception {
        int rounds = run.rounds(15, 5);
        Turns<Told> turns = new Turns<>();
        for (Mains main : Mains.values()) {
            turns.add(main.text, () -> {
                // One collector whose young generation is no guess of the JVM: what differs is then our own.
                try (Child child = main.start(run.folder(), SETTLE_MILLIS, "-XX:+UseSerialGC", "-Xms64m")) {
                    List<String> told = child.await("MEMORY");
                    child.term();
                    child.awaitExit();
                    return new Told(Double.parseDouble(told.get(0)) / 1024, Double.parseDouble(told.get(1)) / 1024);
                }
            });
        }
        Map<String, List<Told>> results = turns.run(0, rounds);
        Map<String, Sample> resident = Sample.each(results, Told::residentMegabytes);
        Map<String, Sample> heap = Sample.each(results, Told::heapKilobytes);
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
                    resident.get(main.text).less(resident.get(Mains.BARE.text)));
            run.report().add(main == Mains.OURS ? retained.bar(256) : retained);
            run.report().add(main == Mains.OURS ? rss.bar(3) : rss);
        }
    }
}
