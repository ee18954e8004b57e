package io.github.shutdown4j.examples.benchmarks.trackers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A JVM that times one subject with JMH on demand and is idle in between, so that subjects can alternate within a
 * fraction of a second, each with its code already compiled.
 *
 * <p>Reads lines with a number of threads and of milliseconds; answers each with the nanoseconds of one operation of one
 * thread, on the wall and of the processor, and the bytes allocated.
 */
public final class Station {

    private Station() {}

    public static void main(String[] args) throws IOException, RunnerException {
        System.setProperty("jmh.ignoreLock", "true"); // the others wait meanwhile
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println("turn " + turn(args[0], Integer.parseInt(words[0]), Long.parseLong(words[1])));
        }
    }

    private static String turn(String subject, int threads, long millis) throws RunnerException {
        RunResult result = new Runner(new OptionsBuilder()
                        .include(TrackerBenchmark.class.getName())
                        .param("subject", subject)
                        .threads(threads)
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(millis))
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle();
        double bytes = result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .map(Map.Entry::getValue)
                .mapToDouble(Result::getScore)
                .findFirst()
                .orElseThrow();
        return threads / result.getPrimaryResult().getScore() + " " + TrackerBenchmark.processorNanos() + " " + bytes;
    }
}
