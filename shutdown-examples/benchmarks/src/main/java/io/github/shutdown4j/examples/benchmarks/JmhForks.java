package io.github.shutdown4j.examples.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;
import io.github.shutdown4j.examples.benchmarks.trackers.TrackerBenchmark;

/** Times a subject by JMH, in a fresh JVM that has the peers on its class path. */
final class JmhForks {

    /** What JMH says: time and memory of one operation of one thread. */
    record Score(double nanos, double bytes) {}

    private final Run run;
    private final ClassLoader loader;

    JmhForks(Run run) throws IOException {
        this.run = run;
        String own = Peers.home().toString();
        String all = System.getProperty("java.class.path");
        List<URL> urls = new ArrayList<>();
        if (run.peers().has("trackers")) {
            String peers = run.peers().classPath("trackers");
            all = (all.contains(own) ? all : own + File.pathSeparator + all) + File.pathSeparator + peers;
            for (String jar : peers.split(File.pathSeparator, -1)) {
                urls.add(Path.of(jar).toUri().toURL());
            }
        }
        System.setProperty("java.class.path", all); // what JMH gives to its forks
        loader = new URLClassLoader(urls.toArray(URL[]::new), JmhForks.class.getClassLoader());
    }

    Subject subject(String className) throws ReflectiveOperationException {
        return loader.loadClass(className)
                .asSubclass(Subject.class)
                .getConstructor()
                .newInstance();
    }

    Score run(String subject, int threads) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(run.rounds(200, 100));
        RunResult result = new Runner(new OptionsBuilder()
                        .include(TrackerBenchmark.class.getName())
                        .param("subject", subject)
                        .threads(threads)
                        .forks(1)
                        .warmupIterations(run.rounds(3, 2))
                        .warmupTime(time)
                        .measurementIterations(run.rounds(4, 2))
                        .measurementTime(time)
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle();
        Result<?> bytes = result.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .map(java.util.Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
        return new Score(result.getPrimaryResult().getScore(), bytes.getScore());
    }
}
