package io.github.shutdown4j.examples.benchmarks;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;

/** Many resources of one priority: slow ones concurrently, quick ones without overhead. */
final class ReleasePart {

    private ReleasePart() {}

    static void run(Run run) throws Exception {
        Turns<Double> slowTurns = new Turns<Double>().add("slow", () -> slow(100));
        Sample slow = Sample.each(slowTurns.run(2, run.rounds(31, 9))).get("slow");
        run.report()
                .add(Row.of("release", "100 resources of 50 ms", "shutdown4j", "the slowest of them", "x", slow)
                        .bar(1.5));
        Turns<Double> quickTurns =
                new Turns<Double>().add("1,000", () -> quick(1_000)).add("10,000", () -> quick(10_000));
        Map<String, Sample> quick = Sample.each(quickTurns.run(5, run.rounds(31, 9)));
        run.report()
                .add(Row.of("release", "10,000 quick resources, each", "shutdown4j", "", "us", quick.get("10,000"))
                        .bar(20));
        run.report()
                .add(Row.of(
                                "release",
                                "quick resources, each",
                                "shutdown4j, 10,000",
                                "1,000",
                                "x",
                                quick.get("10,000").over(quick.get("1,000")))
                        .bar(1.25)
                        .note("1 is linear; a quarter is allowed for"));
    }

    private static double slow(int count) throws Exception {
        ResourceManager manager = ResourceManager.create();
        AtomicLong slowest = new AtomicLong();
        for (int i = 0; i < count; i++) {
            manager.register(Resource.of("slow " + i, () -> {
                long begin = System.nanoTime();
                Thread.sleep(50);
                slowest.accumulateAndGet(System.nanoTime() - begin, Math::max);
            }));
        }
        return release(manager) / slowest.get();
    }

    private static double quick(int count) throws Exception {
        ResourceManager manager = ResourceManager.create();
        for (int i = 0; i < count; i++) {
            manager.register(Resource.of("quick " + i, () -> {}));
        }
        return release(manager) / 1e3 / count;
    }

    private static double release(ResourceManager manager) throws Exception {
        long begin = System.nanoTime();
        var results = manager.release(Duration.ofMinutes(1));
        double nanos = System.nanoTime() - begin;
        if (!results.stream().map(StepResult::outcome).allMatch(Outcome.DONE::equals)) {
            throw new IllegalStateException("not all were released");
        }
        return nanos;
    }
}
