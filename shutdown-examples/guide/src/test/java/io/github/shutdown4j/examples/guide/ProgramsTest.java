package io.github.shutdown4j.examples.guide;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import io.github.shutdown4j.examples.guide.drain.Requests;
import io.github.shutdown4j.examples.guide.lifecycle.Budgets;
import io.github.shutdown4j.examples.guide.lifecycle.Embedding;
import io.github.shutdown4j.examples.guide.lifecycle.Minimal;
import io.github.shutdown4j.examples.guide.pekko.PekkoProgram;
import io.github.shutdown4j.examples.guide.queue.Visits;
import io.github.shutdown4j.examples.guide.services.Poller;
import io.github.shutdown4j.examples.guide.spring.After;
import io.github.shutdown4j.examples.guide.spring.Joined;

import static org.assertj.core.api.Assertions.assertThat;

/** The programs that the pages print in full do what the pages say. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs SIGTERM")
class ProgramsTest {

    /** The signals are taken before this is said. */
    private static final String STARTED = "services: starting";

    @Test
    void theSmallestProgramSaysGoodbyeAtTerm() throws Exception {
        try (var program = Program.start(Minimal.class)) {
            assertThat(program.awaitLine(STARTED).terminate().awaitExit()).isZero();
            assertThat(program.lines()).contains("goodbye");
        }
    }

    @Test
    void thePlanIsTheOneOnThePage() throws Exception {
        try (var program = Program.start(Budgets.class)) {
            assertThat(program.awaitExit()).isZero();
            Path page = Pages.ROOT.resolve("docs/lifecycle.md");
            assertThat(Pages.text(page)).contains(String.join("\n", program.lines()));
        }
    }

    @Test
    void anEmbeddedCoordinatorEndsWithoutTheProcess() throws Exception {
        try (var program = Program.start(Embedding.class)) {
            assertThat(program.awaitExit()).isZero();
            assertThat(program.lines()).anyMatch(line -> line.contains("requested by the end of the test"));
        }
    }

    @Test
    void aPollerStopsBetweenTwoTurns() throws Exception {
        try (var program = Program.start(Poller.class)) {
            assertThat(program.awaitLine("polled").terminate().awaitExit()).isZero();
            assertThat(program.lines()).anyMatch(line -> line.contains("stop 'poller' done"));
        }
    }

    @Test
    void aRequestInHandIsAnswered() throws Exception {
        try (var program = Program.start(Requests.class)) {
            String port = program.awaitLine(STARTED).lines().stream()
                    .filter(line -> line.startsWith("port "))
                    .findFirst()
                    .orElseThrow()
                    .substring("port ".length());
            var client = HttpClient.newHttpClient();
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .build();
            // The first shows that the server is up; the second is in hand when the signal comes.
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            CompletableFuture<HttpResponse<Void>> inHand =
                    client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
            program.awaitLine("in hand 2").terminate();
            assertThat(inHand.get().statusCode()).isEqualTo(200);
            assertThat(program.awaitExit()).isZero();
            assertThat(program.lines()).anyMatch(line -> line.contains("drain 'requests' done"));
        }
    }

    @Test
    void theLastBatchIsWrittenAtTheEnd() throws Exception {
        try (var program = Program.start(Visits.class)) {
            assertThat(program.awaitLine(STARTED).terminate().awaitExit()).isZero();
            assertThat(program.lines()).contains("wrote [/index, /about]");
        }
    }

    @Test
    void springEndsAsAResource() throws Exception {
        try (var program = Program.start(After.class)) {
            assertThat(program.awaitLine(STARTED).terminate().awaitExit()).isZero();
            assertThat(program.lines())
                    .containsSubsequence("poller started", "poller stopped")
                    .anyMatch(line -> line.contains("release 'spring' done"));
        }
    }

    @Test
    void aCoordinatorWithinSpringLeavesTheExitToSpring() throws Exception {
        try (var program = Program.start(Joined.class)) {
            // No signal is handled, so the code is the JVM's own for a SIGTERM.
            assertThat(program.awaitLine("started").terminate().awaitExit()).isEqualTo(143);
            assertThat(program.lines()).anyMatch(line -> line.contains("Shutdown report: requested by Spring"));
        }
    }

    @Test
    void anActorSystemEndsAsAResource() throws Exception {
        try (var program = Program.start(PekkoProgram.class)) {
            assertThat(program.awaitLine("'http' is ready").terminate().awaitExit())
                    .isZero();
            assertThat(program.lines()).containsSubsequence("task of Pekko", "pool closed");
        }
    }
}
