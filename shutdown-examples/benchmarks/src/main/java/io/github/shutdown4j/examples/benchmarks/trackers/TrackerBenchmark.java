package io.github.shutdown4j.examples.benchmarks.trackers;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * One subject for all threads, in a JVM that has loaded no other, so that calls are monomorphic.
 *
 * <p>The throughput of all threads, and not the mean of their average times: with more threads than processors, a
 * thread that hardly ran in an iteration would outweigh all others in that mean.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrackerBenchmark {

    /**
     * So many that one reading of the clock for all of them is negligible. No JIT compiler merges atomic operations.
     */
    private static final int BATCH = 1_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final LongAdder NANOS = new LongAdder();
    private static final LongAdder OPERATIONS = new LongAdder();

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
    @OperationsPerInvocation(BATCH)
    public void once(Blackhole blackhole, Processor processor) throws Exception {
        for (int i = 0; i < BATCH; i++) {
            tracker.once(blackhole);
        }
        processor.batches++;
    }

    /** Processor time of the threads for each operation since the last call of this method. */
    static double processorNanos() {
        return (double) NANOS.sumThenReset() / OPERATIONS.sumThenReset();
    }

    /** The processor time of a thread, which other processes do not influence, unlike the wall time. */
    @State(Scope.Thread)
    public static class Processor {

        private long begin;
        private long batches;

        @Setup(Level.Iteration)
        public void begin() {
            batches = 0;
            begin = processorTime();
        }

        @TearDown(Level.Iteration)
        public void end() {
            NANOS.add(processorTime() - begin);
            OPERATIONS.add(batches * BATCH);
        }

        private static long processorTime() {
            try {
                return THREADS.getCurrentThreadCpuTime();
            } catch (UnsupportedOperationException virtualThread) {
                return 0;
            }
        }
    }
}
