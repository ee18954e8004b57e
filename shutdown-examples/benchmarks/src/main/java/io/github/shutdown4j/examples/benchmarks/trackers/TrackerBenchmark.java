package io.github.shutdown4j.examples.benchmarks.trackers;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** One subject for all threads, in a JVM that has seen no other: so the compiler knows what it calls. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrackerBenchmark {

    /** The class of the subject. */
    @Param("")
    public String subject;

    private Subject tracker;

    @Setup
    public void prepare() throws ReflectiveOperationException {
        tracker = Class.forName(subject)
                .asSubclass(Subject.class)
                .getConstructor()
                .newInstance();
    }

    @Benchmark
    public void once(Blackhole blackhole) throws Exception {
        tracker.once(blackhole);
    }
}
