package io.github.shutdown4j.examples.backend.jobs;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.services.ServiceGroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stops at many moments around the response to a blocking read.
 *
 * <p>The fine sweep calls the consumer in this process as the coordinator does after a signal, so a step takes
 * milliseconds and is precise: steps of 1 ms by default, 500 steps of 0.1 ms with the profile {@code torture}. The
 * coarse one sends a TERM to a new process at each step, which includes the code between the signal and that call; its
 * moment within the read also depends on the start of the shutdown in a cold JVM.
 */
@Tag("torture")
class StopSweepTest {

    private static final int STEP_MICROS = Integer.getInteger("sweep.step.micros", 1_000);
    private static final int LAST_MICROS = 50_000;
    private static final int SIGNALS = Integer.getInteger("sweep.signals", 4);
    private static final int LAST_SIGNAL_MICROS = 20_000;
    /** So that some stops come before the response. */
    private static final long ORDER_AFTER_NANOS = 5_000_000;

    @TempDir
    private Path directory;

    private final JobTimes times = JobTimes.defaults();

    @BeforeEach
    void empty() throws Exception {
        Servers.empty();
    }

    @Test
    @DisplayName("scenario 62: whenever the stop comes, every job is done, pending or new")
    void noJobIsLostWheneverTheStopComes() throws Exception {
        int stops = 0;
        long longestNanos = 0;
        long handedBack = 0;
        long fresh = 0;
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), times);
                Heartbeats heartbeats = new Heartbeats(redis, times);
                SubmittedJobs submitted = new SubmittedJobs(Servers.REDIS)) {
            for (int micros = 0; micros < LAST_MICROS; micros += STEP_MICROS) {
                ConnectionTracker tracker = ConnectionTracker.create("jobs");
                JobConsumer consumer = consumer("c" + stops, redis, heartbeats, tracker);
                ServiceGroup group =
                        ServiceGroup.builder().add("jobs", consumer).build();
                group.start();
                assertThat(group.awaitReady(Duration.ofSeconds(20))).isTrue();
                awaitBlocked(submitted, 1);

                CompletableFuture<Void> orders = orderSoonAndPause(submitted, micros);
                long stop = System.nanoTime();
                assertThat(group.stop(Duration.ofSeconds(10)))
                        .singleElement()
                        .matches(step -> step.outcome() == Outcome.DONE);
                longestNanos = Math.max(longestNanos, System.nanoTime() - stop);
                assertThat(tracker.drain(Duration.ofSeconds(10)).outcome()).isEqualTo(Outcome.DONE);
                consumer.resource().release();
                orders.join();

                submitted.assertEachInOneState(JobType.A);
                assertThat(submitted.pending(JobType.A, "c" + stops)).isZero();
                handedBack += submitted.pending(JobType.A, JobStream.HANDED_BACK);
                fresh += submitted.undelivered(JobType.A);
                stops++;
            }
            finishTheRest(redis, heartbeats, submitted);
            assertThat(handedBack).isPositive();
            assertThat(fresh).isPositive();
            assertThat(SubmittedJobs.done()).isEqualTo(submitted.ids.size());
            assertThat(SubmittedJobs.runs()).isEqualTo(submitted.ids.size());
            System.out.printf(
                    "sweep: %d stops, the longest %d ms, %d jobs, %d handed back, %d not read, none lost, none done twice%n",
                    stops, longestNanos / 1_000_000, submitted.ids.size(), handedBack, fresh);
        }
    }

    @Test
    @DisplayName("scenario 62: whenever SIGTERM comes, every job is done, pending or new")
    void noJobIsLostWheneverTheSignalComes() throws Exception {
        long handedBack = 0;
        long fresh = 0;
        try (RedisClient redis = new RedisClient(URI.create(Servers.REDIS), times);
                Heartbeats heartbeats = new Heartbeats(redis, times);
                SubmittedJobs submitted = new SubmittedJobs(Servers.REDIS)) {
            for (int i = 0; i < SIGNALS; i++) {
                Path output = directory.resolve("output-" + i);
                Process process = Children.start(JobsProgram.class, output, Servers.REDIS, Servers.DATABASE, "1");
                awaitBlocked(submitted, JobType.values().length); // the jobs left by the previous one are done then
                await().until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);

                CompletableFuture<Void> orders = orderSoonAndPause(submitted, i * LAST_SIGNAL_MICROS / SIGNALS);
                process.destroy(); // TERM
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                orders.join();

                assertThat(process.exitValue())
                        .describedAs(Files.readString(output))
                        .isZero();
                submitted.assertEachInOneState(JobType.A);
                long left = submitted.pending(JobType.A, JobStream.HANDED_BACK);
                assertThat(submitted.pending(JobType.A)).isEqualTo(left);
                handedBack += left;
                fresh += submitted.undelivered(JobType.A);
            }
            finishTheRest(redis, heartbeats, submitted);
            assertThat(SubmittedJobs.done()).isEqualTo(submitted.ids.size());
            assertThat(SubmittedJobs.runs()).isEqualTo(submitted.ids.size());
            System.out.printf(
                    "sweep: %d TERMs, %d jobs, %d handed back, %d not read, none lost, none done twice%n",
                    SIGNALS, submitted.ids.size(), handedBack, fresh);
        }
    }

    /** Submits jobs in a moment, and returns after this many microseconds, which may be before or after that. */
    private static CompletableFuture<Void> orderSoonAndPause(SubmittedJobs submitted, int micros) {
        long start = System.nanoTime();
        CompletableFuture<Void> orders = CompletableFuture.runAsync(() -> {
            LockSupport.parkNanos(ORDER_AFTER_NANOS);
            submitted.submitTogether(7, JobType.A, "{\"ms\": 15}");
        });
        while (System.nanoTime() - start < micros * 1_000L) {
            Thread.onSpinWait();
        }
        return orders;
    }

    private JobConsumer consumer(String name, RedisClient redis, Heartbeats heartbeats, ConnectionTracker tracker) {
        return new JobConsumer(
                JobType.A,
                name,
                redis,
                new JobRecords(Servers.POOL, times),
                new IndivisibleHandler(),
                JobLimits::defaults,
                times,
                tracker,
                heartbeats,
                end -> {});
    }

    private static void awaitBlocked(SubmittedJobs submitted, int readers) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> submitted.jedis.info("clients").contains("blocked_clients:" + readers + "\r"));
    }

    private void finishTheRest(RedisClient redis, Heartbeats heartbeats, SubmittedJobs submitted) throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("jobs");
        JobConsumer consumer = consumer("last", redis, heartbeats, tracker);
        ServiceGroup group = ServiceGroup.builder().add("jobs", consumer).build();
        group.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> submitted.jedis.xlen(JobType.A.stream()) == 0);
        assertThat(group.stop(Duration.ofSeconds(10))).singleElement().matches(step -> step.outcome() == Outcome.DONE);
        assertThat(tracker.drain(Duration.ofSeconds(10)).outcome()).isEqualTo(Outcome.DONE);
        consumer.resource().release();
    }
}
