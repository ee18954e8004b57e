package io.github.shutdown4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Two instances behind a load balancer that notices the end of one of them late. */
@Timeout(300)
class LoadBalancerTest {

    private static final Duration UNTIL_REMOVED = ofSeconds(2);
    private static final Duration DELAY = ofSeconds(6);

    @TempDir
    private Path directory;

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    @Test
    @DisplayName("scenario 25: with an announce delay, clients of a slow load balancer see no error")
    void announceDelayHidesTheEnd() throws Exception {
        Attempts.upToThree(() -> {
            Balanced end = stopOne(DELAY);
            // On a stalled machine the load balancer removes the instance after it has gone.
            Attempts.inTime(() -> assertThat(end.removedAfter()).isLessThan(DELAY));
            assertThat(end.errors()).isEmpty();
            assertThat(end.answersOfTheStopped()).isPositive();
            assertThat(end.exit()).hasExitCode(0).tookBetween(DELAY, ofSeconds(60));
        });
    }

    @Test
    @DisplayName("scenario 25: without an announce delay, they do")
    void withoutADelayTheEndIsSeen() throws Exception {
        Balanced end = stopOne(Duration.ZERO);
        assertThat(end.errors()).isNotEmpty();
        assertThat(end.exit()).hasExitCode(0);
    }

    /**
     * What was seen from the signal on.
     *
     * @param errors each answer other than 200, and each cut of a request
     * @param answersOfTheStopped the number of answers from the instance that got the signal
     */
    private record Balanced(List<String> errors, int answersOfTheStopped, Duration removedAfter, ChildExit exit) {}

    private Balanced stopOne(Duration announceDelay) throws Exception {
        Map<String, String> limits =
                Map.of("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", Long.toString(announceDelay.toSeconds()));
        try (QuickstartProcess stopped = new QuickstartProcess(jvms, newDirectory(), limits).awaitReady();
                QuickstartProcess other = new QuickstartProcess(jvms, newDirectory(), limits).awaitReady()) {
            List<Integer> backends = new CopyOnWriteArrayList<>(List.of(stopped.port(), other.port()));
            List<Sender> senders = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                senders.add(new Sender(backends, stopped.port()));
            }
            senders.forEach(Thread::start);
            await().atMost(ofSeconds(60)).until(() -> senders.stream().allMatch(sender -> sender.answers.get() > 20));
            int before = answersOfTheStopped(senders);
            long signalled = System.nanoTime();
            stopped.signal("TERM");
            TimeUnit.NANOSECONDS.sleep(UNTIL_REMOVED.toNanos()); // as long as the load balancer takes
            backends.remove(Integer.valueOf(stopped.port()));
            Duration removedAfter = Duration.ofNanos(System.nanoTime() - signalled);
            ChildExit exit = stopped.awaitExit();
            senders.forEach(sender -> sender.ended = true);
            List<String> errors = new ArrayList<>();
            for (Sender sender : senders) {
                sender.join();
                errors.addAll(sender.errors);
            }
            return new Balanced(errors, answersOfTheStopped(senders) - before, removedAfter, exit);
        }
    }

    private Path newDirectory() throws IOException {
        return Files.createTempDirectory(directory, "instance");
    }

    private static int answersOfTheStopped(List<Sender> senders) {
        return senders.stream()
                .mapToInt(sender -> sender.answersOfTheStopped.get())
                .sum();
    }

    /**
     * Sends one request after another to the instances in turn. It keeps a connection to each and never retries, unlike the
     * JDK's HTTP client, which hides that a kept connection was closed under a request.
     */
    private static final class Sender extends Thread {

        private final List<Integer> backends;
        private final int stopped;
        final AtomicInteger answers = new AtomicInteger();
        final AtomicInteger answersOfTheStopped = new AtomicInteger();
        /** Read after the thread has ended. */
        final List<String> errors = new ArrayList<>();

        volatile boolean ended;

        Sender(List<Integer> backends, int stopped) {
            this.backends = backends;
            this.stopped = stopped;
        }

        @Override
        public void run() {
            Connections connections = new Connections();
            while (!ended) {
                for (int port : backends) {
                    send(connections, port);
                }
            }
            connections.close();
        }

        private void send(Connections connections, int port) {
            try {
                String head = connections.to(port).get("/work?ms=2");
                if (!head.startsWith("http/1.1 200")) {
                    errors.add(head);
                }
                answers.incrementAndGet();
                if (port == stopped) {
                    answersOfTheStopped.incrementAndGet();
                }
                if (head.contains("connection: close")) {
                    connections.forget(port);
                }
            } catch (IOException cut) {
                errors.add(cut.toString());
                connections.forget(port);
            }
        }
    }
}
