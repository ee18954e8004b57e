package io.github.shutdown4j.examples.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** The delay between the close of the last guard and the end of the drain, and the cost of very many open guards. */
final class DrainPart {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final String MAP = "a map of as many objects";
    private static final int[] CONNECTIONS = {10_000, 100_000};
    private static final int[] GUARDS = {10_000, 100_000, 1_000_000};

    private DrainPart() {}

    static void run(Run run) throws Exception {
        wakeUp(run);
        manyGuards(run);
        connections(run);
    }

    /**
     * Long-lived connections that are notified of the drain, in processes of this version, of the earlier one and of the
     * floor, which keeps them in a map: more objects than fit into the processor's caches cost more each.
     */
    private static void connections(Run run) throws Exception {
        var found = Programs.find(run);
        if (found.isEmpty()) {
            return;
        }
        Map<String, Child> children = new LinkedHashMap<>();
        try {
            Turns<Cost> turns = new Turns<>();
            for (Version version : found.get().versions()) {
                addConnections(version.text, found.get().other(version, "Connections"), children, turns);
            }
            addConnections(MAP, found.get().other(Version.NOW, "Connections", "plain"), children, turns);
            Map<String, Sample> times = Sample.each(turns.run(2, run.rounds(21, 9)), Cost::processor);
            Sample least = growth(times, MAP);
            for (String name : children.keySet()) {
                run.report()
                        .add(Row.of(
                                "drain",
                                "connections opened, notified and drained, growth, processor time",
                                name + ", 100,000",
                                "10,000, each",
                                "x",
                                growth(times, name)));
                run.report()
                        .add(Row.of(
                                "drain",
                                "connections opened, notified and drained, each, processor time",
                                name + ", 100,000",
                                "",
                                "ns",
                                times.get(name + " " + CONNECTIONS[1])));
            }
            run.report()
                    .add(Row.of(
                                    "drain",
                                    "connections opened, notified and drained, ten times more, processor time",
                                    Version.NOW.text + ", 100,000",
                                    "10,000, each against its floor",
                                    "x",
                                    growth(times, Version.NOW.text).over(least))
                            .bar(1.1)
                            .note("1 is linear"));
            if (found.get().hasEarlier()) {
                run.report()
                        .add(Row.of(
                                "drain",
                                "connections opened, notified and drained, ours in the time of bde63c8",
                                Version.NOW.text + ", 100,000",
                                Version.EARLIER.text,
                                "x",
                                times.get(Version.NOW.text + " " + CONNECTIONS[1])
                                        .over(times.get(Version.EARLIER.text + " " + CONNECTIONS[1]))));
            }
        } finally {
            children.values().forEach(Child::close);
        }
    }

    private static Sample growth(Map<String, Sample> times, String name) {
        return times.get(name + " " + CONNECTIONS[1]).over(times.get(name + " " + CONNECTIONS[0]));
    }

    private static void addConnections(String name, Program program, Map<String, Child> children, Turns<Cost> turns)
            throws Exception {
        // A young generation that a round does not fill: a collection would fall on the longer rounds.
        Child child = program.start("-Xms1g", "-Xmx1g", "-Xmn800m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");
        children.put(name, child);
        child.await("READY");
        for (int count : CONNECTIONS) {
            for (int i = 0; i < 40; i++) { // each length compiles its loops
                var unused = notified(child, count);
            }
            turns.add(name + " " + count, () -> notified(child, count));
        }
    }

    private static Cost notified(Child child, int count) throws Exception {
        double before = ProcessorTime.ofProcess(child.pid());
        long begin = System.nanoTime();
        child.say(Integer.toString(count));
        child.await("DRAINED");
        double wall = System.nanoTime() - begin;
        return new Cost((ProcessorTime.ofProcess(child.pid()) - before) * 1e6 / count, wall / count);
    }

    private static void wakeUp(Run run) throws Exception {
        Turns<Double> turns =
                new Turns<Double>().add("shutdown4j", DrainPart::drain).add("CountDownLatch", DrainPart::latch);
        Map<String, Sample> samples = Sample.each(turns.run(500, run.rounds(5_000, 1_000)));
        Sample ours = samples.get("shutdown4j");
        Sample latch = samples.get("CountDownLatch");
        run.report()
                .add(Row.of("drain", "last release to wake-up", "shutdown4j", "CountDownLatch", "x", ours.over(latch)));
        run.report()
                .add(Row.of(
                        "drain",
                        "last release to wake-up, p99",
                        "shutdown4j less the latch",
                        "CountDownLatch",
                        "ms",
                        new Sample(ours.quantile(0.99) - latch.quantile(0.99))));
        samples.forEach((name, sample) -> {
            Row row =
                    Row.of("drain", "last release to wake-up, p99", name, "", "ms", new Sample(sample.quantile(0.99)));
            run.report().add(name.equals("shutdown4j") ? row.bar(1).note("of " + sample.values().length) : row);
        });
    }

    private static double drain() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("benchmark");
        ConnectionGuard last = tracker.acquire();
        return wakeUp(() -> tracker.drain(Duration.ofSeconds(30)), last::close);
    }

    private static double latch() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        return wakeUp(() -> latch.await(30, TimeUnit.SECONDS), latch::countDown);
    }

    private interface Waiting {
        Object await() throws InterruptedException;
    }

    /** The milliseconds from the release to the moment at which the waiting thread continues. */
    private static double wakeUp(Waiting waiting, Runnable release) throws Exception {
        AtomicReference<Long> awake = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
            try {
                var unused = waiting.await();
                awake.set(System.nanoTime());
            } catch (InterruptedException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        waiter.start();
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        long begin = System.nanoTime();
        release.run();
        waiter.join();
        return (awake.get() - begin) / 1e6;
    }

    /**
     * Many guards, all open at once, compared with as many objects and two additions for each. In processor time of the
     * thread and in wall time, which includes garbage collection.
     */
    private static void manyGuards(Run run) throws Exception {
        // Warms up with the smallest, which would otherwise be the only one measured cold.
        for (int i = 0; i < 300; i++) {
            var unused = guards(GUARDS[0]);
            unused = objects(GUARDS[0]);
        }
        Turns<Cost> turns = new Turns<>();
        for (int count : GUARDS) {
            turns.add("guards " + count, () -> guards(count));
            turns.add("objects " + count, () -> objects(count));
        }
        Map<String, List<Cost>> costs = turns.run(3, run.rounds(21, 9));
        growth(run, Sample.each(costs, Cost::processor), "processor time");
        growth(run, Sample.each(costs, Cost::wall), "on the wall");
    }

    /** Of each guard or object, in nanoseconds. */
    private record Cost(double processor, double wall) {}

    private static void growth(Run run, Map<String, Sample> times, String how) {
        List<Sample> ratios = new ArrayList<>();
        for (int count : GUARDS) {
            Sample ratio = times.get("guards " + count).over(times.get("objects " + count));
            ratios.add(ratio);
            run.report()
                    .add(Row.of(
                            "drain",
                            "guards open at once, each, " + how,
                            "shutdown4j, " + String.format(Locale.ROOT, "%,d", count),
                            "as many objects and getAndAdd",
                            "x",
                            ratio));
        }
        for (int i = 1; i < GUARDS.length; i++) {
            run.report()
                    .add(Row.of(
                                    "drain",
                                    "guards open at once, ten times more, " + how,
                                    String.format(Locale.ROOT, "shutdown4j, %,d", GUARDS[i]),
                                    String.format(Locale.ROOT, "%,d, each against its floor", GUARDS[i - 1]),
                                    "x",
                                    ratios.get(i).over(ratios.get(i - 1)))
                            .bar(1.1)
                            .note("1 is constant"));
        }
    }

    private static Cost guards(int count) {
        ConnectionTracker tracker = ConnectionTracker.create("benchmark");
        ConnectionGuard[] open = new ConnectionGuard[count];
        long processor = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        for (int i = 0; i < count; i++) {
            open[i] = tracker.acquire();
        }
        for (ConnectionGuard guard : open) {
            guard.close();
        }
        Cost cost = since(wall, processor, count);
        if (tracker.inFlight() != 0 || tracker.admitted() != count) {
            throw new IllegalStateException("guards were lost: " + tracker);
        }
        return cost;
    }

    private static Cost since(long wall, long processor, int count) {
        double wallNow = System.nanoTime() - wall;
        return new Cost((double) (THREADS.getCurrentThreadCpuTime() - processor) / count, wallNow / count);
    }

    private record Plain(AtomicLongArray cell, long ticket) {}

    private static Cost objects(int count) {
        AtomicLongArray cell = new AtomicLongArray(1);
        Plain[] open = new Plain[count];
        long processor = THREADS.getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        for (int i = 0; i < count; i++) {
            open[i] = new Plain(cell, cell.getAndAdd(0, 1));
        }
        for (Plain plain : open) {
            plain.cell().getAndAdd(0, -1);
        }
        return since(wall, processor, count);
    }
}
