package io.github.shutdown4j.examples.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class QuickstartTest {

    @TempDir
    private Path directory;

    @RegisterExtension
    final ChildJvms jvms = new ChildJvms();

    private QuickstartProcess start() throws IOException {
        return new QuickstartProcess(jvms, directory, Map.of()).awaitReady();
    }

    private static CompletableFuture<HttpResponse<String>> inFlight(QuickstartProcess app, int milliseconds) {
        CompletableFuture<HttpResponse<String>> answer = app.getAsync("/work?ms=" + milliseconds);
        assertThat(answer).isNotDone();
        return answer;
    }

    /**
     * Whether a request has reached its handler cannot be observed from outside; this is much longer than that takes.
     */
    private static void letRequestsArrive() {
        await().pollDelay(ofSeconds(1)).until(() -> true);
    }

    @Test
    @DisplayName("scenario 17: 50 requests in flight are all answered, and the exit comes with the last")
    void allRequestsInFlightAreAnswered() throws Exception {
        Map<String, String> limits = Map.of("APP_SHUTDOWN_TIMEOUT_SECS", "60"); // and 40 s for the drain
        try (QuickstartProcess app = new QuickstartProcess(jvms, directory, limits).awaitReady()) {
            AtomicLong lastAnswer = new AtomicLong(Long.MIN_VALUE);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                // With 1 s, the first would be over on a loaded machine before the last has begun.
                answers.add(inFlight(app, 9_000).whenComplete((answer, failure) -> lastAnswer.set(System.nanoTime())));
            }
            app.awaitInFlight(50);
            long signalled = System.nanoTime();
            app.signal("TERM");
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
                assertThat(answer.get().headers().firstValue("connection")).hasValue("close");
            }
            ChildExit exit = app.awaitExit();
            Duration afterLastAnswer = exit.sinceMark().minusNanos(lastAnswer.get() - signalled);
            assertThat(afterLastAnswer)
                    .isLessThan(ofSeconds(25)); // milliseconds on an idle machine; the drain may take 40 s
            assertThat(exit)
                    .hasExitCode(0)
                    .ranPhasesInOrder()
                    .ranInOrder("requests", "http server", "http workers")
                    .completed("requests", "state.json")
                    .abandonedNothing()
                    .printed("50 finished");
        }
        assertThat(Files.readString(directory.resolve("state.json"))).contains("50");
    }

    @Test
    @DisplayName("scenarios 19 and 73: new requests get 503 and close, readiness is 503, liveness stays 200")
    void newcomersAreRefusedWhileDraining() throws Exception {
        try (QuickstartProcess app = start()) {
            assertThat(app.status("/health/live")).isEqualTo(200);
            CompletableFuture<HttpResponse<String>> slow = inFlight(app, 9_000);
            app.awaitInFlight(1);
            app.signal("TERM");
            await().atMost(ofSeconds(60)).until(() -> app.status("/health/ready") == 503);
            // Until the announcement is over, requests are still processed, on a loaded machine for a moment.
            HttpResponse<String> refused = await().atMost(ofSeconds(60))
                    .until(() -> app.get("/work?ms=1"), answer -> answer.statusCode() == 503);
            assertThat(refused.headers().firstValue("connection")).hasValue("close");
            assertThat(app.status("/health/live")).isEqualTo(200);
            assertThat(slow.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing();
        }
    }

    @Test
    void countSurvivesTheRestart() throws Exception {
        for (int run = 0; run < 2; run++) {
            try (QuickstartProcess app = start()) {
                assertThat(app.get("/count").body().strip()).isEqualTo(Integer.toString(3 * run));
                for (int i = 0; i < 3; i++) {
                    assertThat(app.status("/work?ms=1")).isEqualTo(200);
                }
                app.signal("INT");
                assertThat(app.awaitExit())
                        .hasExitCode(0)
                        .tookBetween(ZERO, ofSeconds(19)) // nothing is in flight; the drain may take 20 s
                        .endedBecauseOf("SIGINT")
                        .printed("Shutdown report: received SIGINT");
            }
        }
    }

    @Test
    @DisplayName("scenario 16: after kill -9 the count of the last periodic save is restored")
    void countSurvivesKill() throws Exception {
        try (QuickstartProcess app = start()) {
            assertThat(app.status("/work?ms=1")).isEqualTo(200);
            await().atMost(ofSeconds(60))
                    .until(() -> Files.exists(directory.resolve("state.json"))
                            && Files.readString(directory.resolve("state.json")).contains("\"finishedRequests\" : 1"));
            app.signal("KILL");
            assertThat(app.awaitExit()).hasExitCode(137);
        }
        try (QuickstartProcess app = start()) {
            assertThat(app.get("/count").body()).isEqualTo("1\n");
        }
    }

    @Test
    @DisplayName("scenario 24: a client that keeps its connection busy is asked to close it, and the drain ends")
    void keepAliveConnectionIsClosed() throws Exception {
        Attempts.upToThree(this::busyConnectionIsClosed);
    }

    private void busyConnectionIsClosed() throws Exception {
        try (QuickstartProcess app = start()) {
            AtomicInteger afterSignal = new AtomicInteger();
            AtomicBoolean signalled = new AtomicBoolean();
            CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> {
                try (KeepAliveClient client = new KeepAliveClient(app.port())) {
                    boolean close = false;
                    while (!close) {
                        // Long enough that the signal arrives while it is in flight, and not just after it.
                        close = client.get("/work?ms=3000").contains("connection: close");
                        if (signalled.get()) {
                            afterSignal.incrementAndGet();
                        }
                    }
                    return client.isEnded();
                } catch (IOException reset) {
                    throw new UncheckedIOException(reset);
                }
            });
            app.awaitInFlight(1);
            app.signal("TERM");
            signalled.set(true);
            assertThat(closed.get(60, TimeUnit.SECONDS)).isTrue();
            assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ZERO, ofSeconds(19));
            Attempts.inTime(() -> assertThat(afterSignal.get()).isLessThanOrEqualTo(1)); // the one that was in flight
        }
    }

    @Test
    @DisplayName("scenarios 26 and 27: connections with nothing or half a request do not delay the drain")
    void silentConnectionsDoNotHoldTheDrain() throws Exception {
        try (QuickstartProcess app = start();
                Socket silent = new Socket("localhost", app.port());
                Socket half = new Socket("localhost", app.port())) {
            half.getOutputStream().write("GET /work HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            half.getOutputStream().flush();
            letRequestsArrive();
            app.signal("TERM");
            assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ZERO, ofSeconds(19));
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void requestsWhoseBodyNeverComesDoNotHoldTheDrain() throws Exception {
        try (QuickstartProcess app = start();
                Socket half = new Socket("localhost", app.port())) {
            half.getOutputStream()
                    .write("POST /work?ms=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"
                            .getBytes(StandardCharsets.US_ASCII));
            half.getOutputStream().flush();
            letRequestsArrive();
            app.signal("TERM");
            assertThat(app.awaitExit())
                    .hasExitCode(0)
                    .tookBetween(ZERO, ofSeconds(19)) // the drain may take 20 s
                    .abandonedNothing();
        }
    }

    @Test
    void headIsAnsweredLikeGetWithoutABodyAndWithoutAWarning() throws Exception {
        try (QuickstartProcess app = start()) {
            String length = Integer.toString(app.get("/work?ms=1").body().length());
            HttpResponse<String> head = app.head("/work?ms=1");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("content-length")).hasValue(length);
            app.signal("TERM");
            assertThat(app.awaitExit()).hasExitCode(0).didNotPrint("WARNING").didNotPrint("sendResponseHeaders");
        }
    }

    @Test
    void portInUseEndsTheProcessInOrder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0);
                QuickstartProcess app = new QuickstartProcess(
                        jvms, directory, Map.of("PORT", Integer.toString(taken.getLocalPort())))) {
            assertThat(app.awaitExit())
                    .hasExitCode(1)
                    .endedBecauseOf("the start-up failed: java.net.BindException")
                    .ranPhasesInOrder();
        }
    }

    @Test
    @DisplayName("scenario 18: a request longer than the drain is abandoned at its limit and reported")
    void tooLongRequestIsAbandoned() throws Exception {
        Map<String, String> limits =
                Map.of("APP_SHUTDOWN_DRAIN_TIMEOUT_SECS", "7", "APP_SHUTDOWN_RESOURCE_TIMEOUT_SECS", "3");
        try (QuickstartProcess app = new QuickstartProcess(jvms, directory, limits).awaitReady()) {
            CompletableFuture<HttpResponse<String>> tooLong = inFlight(app, 60_000);
            CompletableFuture<HttpResponse<String>> fine = inFlight(app, 3_000);
            app.awaitInFlight(2);
            app.signal("TERM");
            assertThat(fine.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(app.awaitExit())
                    .hasExitCode(1)
                    .tookBetween(
                            ofMillis(6_900), ofMillis(45_000)) // a slow disk may save for long; the request takes 60 s
                    .ranPhasesInOrder()
                    .completed("http server", "state.json")
                    .printed("1 abandoned");
            assertThat(tooLong).failsWithin(ofSeconds(60));
        }
    }

    @Test
    void testJarHoldsTheToolsAndNothingThatWouldDisturb() throws Exception {
        Path jar = Path.of(ChildJvm.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assumeTrue(Files.isRegularFile(jar), "needs the packaged tests jar, as mvn verify makes it");
        try (JarFile tools = new JarFile(jar.toFile())) {
            assertThat(tools.stream().filter(entry -> !entry.isDirectory()).map(JarEntry::getName))
                    .contains("io/github/shutdown4j/testing/FakeClock.class")
                    .allMatch(name ->
                            name.matches("META-INF/(MANIFEST.MF|maven/.*)|io/github/shutdown4j/testing/[^/]+\\.class"))
                    .noneMatch(name -> name.matches(".*(Test|CapturedLogs|Moments)[.$].*"));
            assertThat(tools.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
                    .isEqualTo("io.github.shutdown4j.testing");
        }
    }

    @Test
    void portInUseIsReportedAsAFailure() throws Exception {
        try (QuickstartProcess first = start()) {
            Map<String, String> samePort = Map.of("PORT", Integer.toString(first.port()));
            Path other = Files.createDirectory(directory.resolve("other"));
            try (QuickstartProcess second = new QuickstartProcess(jvms, other, samePort)) {
                assertThat(second.awaitExit()).hasExitCode(1).printed("Address already in use");
            }
        }
    }
}
