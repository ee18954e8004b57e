package io.github.shutdown4j.examples.backend.jobs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The intervals of all periodic commands as Redis sees them: from its own MONITOR, with the times that it records. */
@Tag("torture") // the short one always runs
class CadenceTest {

    /** An interval of the short run that is this much longer may be too long. */
    private static final Duration STALL = Duration.ofMillis(50);

    private static final int ATTEMPTS = 6;

    @TempDir
    private Path directory;

    private RedisProcess redis;

    @BeforeEach
    void start() throws Exception {
        Servers.empty();
        redis = new RedisProcess(directory);
    }

    @AfterEach
    void stop() throws Exception {
        redis.close();
    }

    @Test
    @DisplayName("twenty times as fast: heartbeats, rebalancing, reads and new connections keep their times")
    void scaled() throws Exception {
        whileTheMachineKeepsItsTimes(() -> observe(20, Duration.ofSeconds(5)));
        whileTheMachineKeepsItsTimes(() -> countConnections(20, Duration.ofSeconds(2)));
    }

    @Test
    @DisplayName(
            "at real speed: a heartbeat every 30 s, rebalancing every 10 s, reads of 1 s, a connection tried every 5 s")
    void real() throws Exception {
        assumeTrue(Integer.getInteger("torture.rounds", 0) >= 100, "needs three minutes: -Ptorture");
        observe(1, Duration.ofSeconds(125));
        countConnections(1, Duration.ofSeconds(30));
    }

    private interface Measurement {
        void run() throws Exception;
    }

    /** Intervals of less than a second are those of a loaded machine if it stalls, so they are measured again then. */
    private static void whileTheMachineKeepsItsTimes(Measurement measurement) throws Exception {
        for (int attempt = 1; true; attempt++) {
            try (Stalls stalls = new Stalls()) {
                try {
                    measurement.run();
                    return;
                } catch (AssertionError failure) {
                    if (attempt == ATTEMPTS || stalls.longest().compareTo(STALL) < 0) {
                        throw failure;
                    }
                    System.out.println("measured again, the machine stalled for " + stalls.longest());
                }
            }
        }
    }

    /** Sleeps for a moment, again and again, and measures by how much each sleep is too long. */
    private static final class Stalls implements AutoCloseable {

        private static final long SLEEP_NANOS = 5_000_000;

        private final AtomicLong longestNanos = new AtomicLong();
        private final Thread thread = new Thread(this::measure, "stalls");

        Stalls() {
            thread.setDaemon(true);
            thread.start();
        }

        private void measure() {
            while (!Thread.currentThread().isInterrupted()) {
                long begin = System.nanoTime();
                LockSupport.parkNanos(SLEEP_NANOS);
                longestNanos.accumulateAndGet(System.nanoTime() - begin - SLEEP_NANOS, Math::max);
            }
        }

        Duration longest() {
            return Duration.ofNanos(longestNanos.get());
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    private Instance instance(int factor) {
        Instance instance = new Instance(redis.url(), Servers.POOL);
        instance.times = JobTimes.defaults().fasterBy(factor);
        instance.rebalanceEvery = Duration.ofSeconds(10).dividedBy(factor);
        return instance;
    }

    private void observe(int factor, Duration time) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        int port = URI.create(redis.url()).getPort();
        Instance instance = instance(factor);
        try (Socket monitor = new Socket("localhost", port)) {
            monitor.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
            Thread reader = new Thread(() -> read(monitor, lines), "monitor");
            reader.setDaemon(true);
            reader.start();
            await().until(() -> lines.contains("+OK"));
            try (Instance alsoClosed = instance.start()) {
                Thread.sleep(time.toMillis()); // the commands during this time are tested
            }
        }
        // The first two are those of the two consumers at their start.
        List<Double> beats = times(lines, "\"HSET\" \"" + Heartbeats.KEY + "\"");
        assertAverage("heartbeat", beats.subList(2, beats.size()), 30.0 / factor, 0.08);
        assertAverage("rebalance", times(lines, "\"INFO\" \"server\""), 10.0 / factor, 0.15);
        List<Double> reads = times(
                lines,
                "\"XREADGROUP\" \"GROUP\" \"workers\" \"" + instance.name
                        + "\" \"COUNT\" \"10\" \"BLOCK\" \"1000\" \"STREAMS\" \"jobs:a\"");
        assertMedian(reads);
        assertThat(times(lines, "\"XREADGROUP\"").size())
                .describedAs("every read is of this form")
                .isBetween(2 * reads.size() - 2, 2 * reads.size() + 2);
    }

    /** For intervals of a second and more: a stalled machine makes one interval longer and the next shorter. */
    private static void assertAverage(String what, List<Double> times, double expected, double tolerance) {
        assertThat(times).describedAs(what).hasSizeGreaterThan(2);
        double average = (times.get(times.size() - 1) - times.get(0)) / (times.size() - 1);
        assertThat(average)
                .describedAs("seconds from one %s to the next, of %d", what, times.size())
                .isBetween(expected * 0.95, expected * (1 + tolerance));
    }

    /** For reads: the first may find no group, and the last may be ended by the stop. */
    private static void assertMedian(List<Double> reads) {
        List<Double> gaps = new ArrayList<>();
        for (int i = 1; i < reads.size(); i++) {
            gaps.add(reads.get(i) - reads.get(i - 1));
        }
        assertThat(gaps).hasSizeGreaterThan(2);
        Collections.sort(gaps);
        assertThat(gaps.get(gaps.size() / 2))
                .describedAs("seconds from one read to the next: %s", gaps)
                .isBetween(0.95, 1.25);
    }

    private static void read(Socket monitor, List<String> lines) {
        try (var reader = new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            // Closed during the read.
        }
    }

    /** The times of the commands that begin like this; those within scripts are others. */
    private static List<Double> times(List<String> lines, String command) {
        List<Double> times = new ArrayList<>();
        for (String line : lines) {
            if (line.contains("] " + command)) {
                times.add(Double.parseDouble(line.substring(1, line.indexOf(' '))));
            }
        }
        return times;
    }

    /** Only for the two consumers: no other part of this instance sends a command within an hour. */
    private void countConnections(int factor, Duration time) throws Exception {
        int port = URI.create(redis.url()).getPort();
        List<Long> accepted = new CopyOnWriteArrayList<>();
        Instance silent = instance(factor);
        JobTimes times = silent.times;
        Duration hour = Duration.ofHours(1);
        silent.times = new JobTimes(
                times.block(),
                times.reconnect(),
                hour,
                hour,
                hour.multipliedBy(3),
                hour.multipliedBy(2),
                times.retry(),
                times.exclusive());
        silent.rebalanceEvery = hour;
        try (Instance instance = silent.start()) {
            redis.kill();
            double periods;
            try (ServerSocket nobody = new ServerSocket()) {
                nobody.setReuseAddress(true);
                await().ignoreExceptions().until(() -> {
                    nobody.bind(new InetSocketAddress("localhost", port));
                    return true;
                });
                Thread acceptor = new Thread(() -> hangUp(nobody, accepted), "nobody");
                acceptor.setDaemon(true);
                acceptor.start();
                long begin = System.nanoTime();
                Thread.sleep(time.toMillis()); // the commands during this time are tested
                periods = (System.nanoTime() - begin) / 1e6 / (5_000.0 / factor);
            }
            redis.start(); // before anything fails, for the next measurement
            System.out.println(
                    "reconnect: " + accepted.size() + " connections of 2 consumers in " + periods + " periods");
            assertThat((double) accepted.size()).isBetween(2 * periods * 0.8 - 2, 2 * periods + 4);
            await().until(() -> instance.consumers.get(JobType.A).stall().isEmpty());
        }
    }

    @Test
    @DisplayName("of thirty jobs ten are fetched, and five of them are in flight, until these are done")
    void tenAreFetchedAndFiveInFlight() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Instance instance = instance(1);
        instance.handlers.put(JobType.A, (job, context) -> {
            go.await();
            context.finish(connection -> null);
        });
        try (Instance alsoClosed = instance.start();
                SubmittedJobs submitted = new SubmittedJobs(redis.url())) {
            submitted.submitTogether(30, JobType.A, "{}");
            await().until(() -> submitted.pending(JobType.A, instance.name) >= 10);
            await().until(() -> SubmittedJobs.runs() >= 5);
            // For longer than a read blocks.
            await().during(Duration.ofMillis(1_500))
                    .until(() -> submitted.pending(JobType.A, instance.name) == 10 && SubmittedJobs.runs() == 5);
            assertThat(instance.consumers.get(JobType.A).inFlight()).isEqualTo(5);
            go.countDown();
            await().until(() -> SubmittedJobs.done() == 30);
        }
    }

    private static void hangUp(ServerSocket server, List<Long> accepted) {
        try {
            while (true) {
                server.accept().close();
                accepted.add(System.nanoTime());
            }
        } catch (SocketException e) {
            // Closed.
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
