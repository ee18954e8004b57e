package io.github.shutdown4j.examples.benchmarks;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

import io.github.shutdown4j.ConnectionGuard;
import io.github.shutdown4j.ConnectionTracker;

/** How soon a drain knows that the last guard is closed, and what very many open guards cost. */
final class DrainPart {

    private static final int[] GUARDS = {10_000, 100_000, 1_000_000};

    private DrainPart() {}

    static void run(Run run) throws Exception {
        wakeUp(run);
        manyGuards(run);
    }

    private static void wakeUp(Run run) throws Exception {
        Map<String, Sample> samples = new Turns()
                .add("shutdown4j", DrainPart::drain)
                .add("CountDownLatch", DrainPart::latch)
                .run(500, run.rounds(5_000, 1_000));
        Sample ours = samples.get("shutdown4j");
        Sample latch = samples.get("CountDownLatch");
        run.report()
                .add(Row.of("drain", "last release to wake-up", "shutdown4j", "CountDownLatch", "x", ours.over(latch)));
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

    /** The milliseconds from the release to the moment in which the waiter goes on. */
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

    /** As many guards, all open at once, against as many objects of the same size and two additions for each. */
    private static void manyGuards(Run run) throws Exception {
        Sample[] ratios = new Sample[GUARDS.length];
        for (int i = 0; i < GUARDS.length; i++) {
            int count = GUARDS[i];
            Map<String, Sample> samples = new Turns()
                    .add("shutdown4j", () -> guards(count))
                    .add("floor", () -> objects(count))
                    .run(5, run.rounds(21, 7));
            ratios[i] = samples.get("shutdown4j").over(samples.get("floor"));
            run.report()
                    .add(Row.of(
                            "drain",
                            "guards open at once, time for each",
                            "shutdown4j, " + String.format(Locale.ROOT, "%,d", count),
                            "as many objects and getAndAdd",
                            "x",
                            ratios[i]));
        }
        run.report()
                .add(Row.of(
                                "drain",
                                "guards open at once, growth",
                                "shutdown4j, a million",
                                "ten thousand, each against its floor",
                                "x",
                                new Sample(ratios[2].median() / ratios[0].median()))
                        .bar(1.25)
                        .note("1 is constant; a quarter is allowed for"));
    }

    private static double guards(int count) {
        ConnectionTracker tracker = ConnectionTracker.create("benchmark");
        ConnectionGuard[] open = new ConnectionGuard[count];
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            open[i] = tracker.acquire();
        }
        for (ConnectionGuard guard : open) {
            guard.close();
        }
        double nanos = System.nanoTime() - begin;
        if (tracker.active() != 0 || tracker.admitted() != count) {
            throw new IllegalStateException("guards were lost: " + tracker);
        }
        return nanos / count;
    }

    private record Plain(AtomicLongArray cell, long ticket) {}

    private static double objects(int count) {
        AtomicLongArray cell = new AtomicLongArray(1);
        Plain[] open = new Plain[count];
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            open[i] = new Plain(cell, cell.getAndAdd(0, 1));
        }
        for (Plain plain : open) {
            plain.cell().getAndAdd(0, -1);
        }
        return (double) (System.nanoTime() - begin) / count;
    }
}
