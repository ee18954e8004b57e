package io.github.shutdown4j;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The HTTP server of the JDK under a coordinator, with slow, idle and streaming clients. */
@Timeout(180)
class HttpShutdownTest extends HttpShutdownFixture {

    @Test
    @DisplayName("scenario 28: a client that stops reading is cut off at the limit of the drain and reported")
    void clientThatStopsReadingIsCut() throws Exception {
        AtomicLong written = new AtomicLong();
        CountDownLatch broken = new CountDownLatch(1);
        ShutdownCoordinator coordinator = serve(ofMillis(700), Duration.ZERO, (exchange, guard) -> {
            exchange.sendResponseHeaders(200, 1L << 30);
            try (OutputStream body = exchange.getResponseBody()) {
                for (int i = 0; i < 1 << 14; i++) {
                    body.write(new byte[1 << 16]);
                    written.incrementAndGet();
                }
            } catch (IOException cut) {
                broken.countDown();
            }
        });
        Socket lazy = connect();
        send(lazy);
        AtomicLong seen = new AtomicLong(-1);
        await().pollInterval(ofMillis(200)).until(() -> {
            long now = written.get();
            return now > 0 && seen.getAndSet(now) == now; // it writes no more: both buffers are full
        });
        ShutdownReport report = shutdown(coordinator);
        StepResult drain = phase(report, ShutdownPhase.DRAIN).steps().get(0);
        assertThat(drain.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(drain.elapsed()).isBetween(ofMillis(700), ofSeconds(30));
        assertThat(drain.unfinished()).singleElement().satisfies(work -> {
            assertThat(work.name()).isEqualTo("tracker 'http': GET /");
            assertThat(work.stack())
                    .extracting(StackTraceElement::getMethodName)
                    .contains("write");
        });
        assertThat(phase(report, ShutdownPhase.RELEASE).outcome()).isEqualTo(Outcome.DONE);
        assertThat(report.elapsed()).isBetween(ofMillis(700), ofSeconds(40));
        broken.await(); // the release has closed the connection under the writer
        assertThat(skipRest(lazy)).isBetween(1L, (1L << 30) - 1);
        await().untilAsserted(() -> assertThat(tracker.inFlight()).isZero());
    }

    @Test
    @DisplayName("scenarios 29 and 30: notified streams end, idle ones too; one that does not end is cut off")
    void streamsAreNotifiedAndEnd() throws Exception {
        int streams = 40;
        CountDownLatch open = new CountDownLatch(streams);
        AtomicInteger numbers = new AtomicInteger();
        List<Long> notified = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = serve(ofSeconds(5), Duration.ZERO, (exchange, guard) -> {
            boolean deaf = numbers.getAndIncrement() == 7;
            CountDownLatch end = new CountDownLatch(1);
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("hello".getBytes(StandardCharsets.US_ASCII));
                body.flush();
                guard.onDrain(() -> {
                    notified.add(System.nanoTime());
                    if (!deaf) {
                        end.countDown();
                    }
                });
                open.countDown();
                end.await(); // no event ever comes
                body.write("goodbye".getBytes(StandardCharsets.US_ASCII));
            }
            exchange.close();
        });
        for (int i = 0; i < streams; i++) {
            send(connect());
        }
        open.await();
        long requested = System.nanoTime();
        ShutdownReport report = shutdown(coordinator);
        assertThat(notified)
                .hasSize(streams)
                .allMatch(nanos -> nanos - requested < ofSeconds(4).toNanos());
        PhaseReport drain = phase(report, ShutdownPhase.DRAIN);
        assertThat(drain.elapsed()).isBetween(ofMillis(4_990), ofSeconds(35));
        assertThat(drain.steps().get(0).detail()).isEqualTo((streams - 1) + " finished, 1 abandoned");
        long polite = clients.stream()
                .filter(client -> rest(client).contains("goodbye"))
                .count();
        assertThat(polite).isEqualTo(streams - 1);
    }

    @Test
    @DisplayName("scenario 8: a request in flight that requests the shutdown is answered")
    void requestThatRequestsTheShutdownIsAnswered() throws Exception {
        AtomicReference<ShutdownCoordinator> held = new AtomicReference<>();
        ShutdownCoordinator coordinator = serve(ofSeconds(30), Duration.ZERO, (exchange, guard) -> {
            assertThat(held.get().shutdown("a request")).isTrue();
            assertThat(held.get().await(ofMillis(200))).isEmpty(); // it would wait for itself
            ok(exchange);
        });
        held.set(coordinator);
        Socket client = connect();
        send(client);
        assertThat(answer(client)).startsWith("http/1.1 200");
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(report.elapsed()).isLessThan(ofSeconds(25));
    }

    @Test
    @DisplayName("scenario 30: a notified idle stream does not prolong the drain to its limit")
    void idleStreamEndsBeforeTheLimit() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        ShutdownCoordinator coordinator = serve(ofSeconds(30), Duration.ZERO, (exchange, guard) -> {
            CountDownLatch end = new CountDownLatch(1);
            guard.onDrain(end::countDown);
            exchange.sendResponseHeaders(200, 0);
            open.countDown();
            end.await();
            exchange.close();
        });
        send(connect());
        open.await();
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(report.elapsed()).isLessThan(ofSeconds(25));
    }

    @Test
    @DisplayName("scenario 32: many idle connections close spread over a time, all before the limit")
    void idleConnectionsAreClosedOneAfterAnother() throws Exception {
        ConnectionTracker idle =
                ConnectionTracker.builder("idle").spread(ofMillis(600)).build();
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().tracker(idle).build();
        try (java.net.ServerSocket listening = new java.net.ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 100; i++) {
                Socket client = new Socket(listening.getInetAddress(), listening.getLocalPort());
                clients.add(client);
                Socket accepted = listening.accept();
                clients.add(accepted);
                ConnectionGuard guard = idle.acquire();
                guard.onDrain(() -> {
                    try (guard) {
                        accepted.close();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
            }
            coordinator.start();
            ShutdownReport report = shutdown(coordinator);
            assertThat(report.isClean()).isTrue();
            assertThat(phase(report, ShutdownPhase.DRAIN).elapsed()).isBetween(ofMillis(580), ofSeconds(18));
        }
    }

    @Test
    @DisplayName(
            "scenario 33: an idle connection that is used during the announcement gets a response with Connection: close")
    void idleConnectionIsClosedWithoutAReset() throws Exception {
        ShutdownCoordinator coordinator = serve(ofSeconds(2), ofMillis(2_500), (exchange, guard) -> ok(exchange));
        Socket pooled = connect();
        send(pooled);
        assertThat(answer(pooled)).startsWith("http/1.1 200").doesNotContain("connection: close");
        coordinator.shutdown("the test");
        send(pooled);
        assertThat(answer(pooled)).startsWith("http/1.1 200").contains("connection: close");
        assertThat(pooled.getInputStream().read()).isEqualTo(-1); // a reset would throw
        assertThat(coordinator.await().isClean()).isTrue();
    }

    @Test
    @DisplayName(
            "scenario 33, control: without an announcement the idle connection is closed, one request at most is lost")
    void idleConnectionIsClosedWithoutAnnouncement() throws Exception {
        ShutdownCoordinator coordinator = serve(ofSeconds(30), Duration.ZERO, (exchange, guard) -> ok(exchange));
        Socket pooled = connect();
        send(pooled);
        assertThat(answer(pooled)).startsWith("http/1.1 200");
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.isClean()).isTrue();
        assertThat(report.elapsed()).isLessThan(ofSeconds(25));
        int lost = 0;
        try {
            send(pooled);
            lost += answer(pooled).startsWith("http/1.1 200") ? 0 : 1;
        } catch (IOException closed) {
            lost++;
        }
        assertThat(lost).isEqualTo(1);
        assertThat(tracker.admitted()).isEqualTo(1);
    }
}
