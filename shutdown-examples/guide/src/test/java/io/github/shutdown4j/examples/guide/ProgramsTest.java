package io.github.shutdown4j.examples.guide;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.guide.drain.Requests;
import io.github.shutdown4j.examples.guide.lifecycle.Budgets;
import io.github.shutdown4j.examples.guide.lifecycle.Embedding;
import io.github.shutdown4j.examples.guide.lifecycle.Minimal;
import io.github.shutdown4j.examples.guide.pekko.PekkoProgram;
import io.github.shutdown4j.examples.guide.queue.Visits;
import io.github.shutdown4j.examples.guide.services.Poller;
import io.github.shutdown4j.examples.guide.signals.Controlled;
import io.github.shutdown4j.examples.guide.signals.StopByJmx;
import io.github.shutdown4j.examples.guide.spring.After;
import io.github.shutdown4j.examples.guide.spring.Joined;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.ExitAssert;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** The programs that the pages print in full do what the pages say. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs SIGTERM")
class ProgramsTest {

    /** The signals are taken before this is logged, at DEBUG if there are no services. */
    private static final String STARTED = "services: starting";

    /** Far more than a start takes, for a loaded machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    private ChildJvm start(Class<?> program) {
        return jvms.main(program)
                .property("org.slf4j.simpleLogger.log.io.github.shutdown4j.services.ServiceGroup", "debug")
                .start();
    }

    /** Ends it by a TERM after this line. */
    private static ExitAssert endAfter(String line, ChildJvm program) {
        program.awaitLine(line, PATIENCE);
        return assertThat(program.signal("TERM").awaitExit());
    }

    /** These lines of the log have half a second when the process ends, of which a loaded machine may hold their thread. */
    private static void assertLogged(ExitAssert exit, String line) throws Exception {
        Attempts.inTime(() -> exit.printed(line));
    }

    @Test
    void theSmallestProgramSaysGoodbyeAtTerm() {
        ChildJvm program = start(Minimal.class);
        endAfter(STARTED, program).hasExitCode(0);
        assertThat(program.out()).contains("goodbye");
    }

    @Test
    void aClientOfJmxEndsAProgram() throws Exception {
        Attempts.upToThree(() -> {
            ChildJvm program = start(Controlled.class);
            program.awaitLine("started", PATIENCE);
            ChildJvm stop = jvms.main(StopByJmx.class)
                    .args(Long.toString(program.pid()))
                    .start();
            assertThat(stop.awaitExit()).hasExitCode(0);
            assertThat(stop.out())
                    .singleElement()
                    .asString()
                    .startsWith("shop: ")
                    .containsAnyOf("ending", "asked to end");
            ExitAssert exit = assertThat(program.awaitExit()).hasExitCode(0);
            assertThat(program.out()).containsExactly("started", "stopped");
            assertLogged(exit, "requested by StopByJmx");
        });
    }

    @Test
    void aClientOfJmxDoesNotEndAProgramWithoutTheBean() {
        ChildJvm without = start(Minimal.class);
        without.awaitLine(STARTED, PATIENCE);
        ChildJvm refused =
                jvms.main(StopByJmx.class).args(Long.toString(without.pid())).start();
        assertThat(refused.awaitExit()).hasExitCode(1).printed("has no coordinator with an MXBean");
        assertThat(without.signal("TERM").awaitExit()).hasExitCode(0);
    }

    @Test
    void aSignalOfChoiceMakesAProgramQuiet() {
        ChildJvm program = start(Controlled.class);
        program.awaitLine("started", PATIENCE);
        program.signal("USR1").awaitLine("quiet, requested by SIGUSR1", PATIENCE);
        assertThat(program.signal("TERM").awaitExit()).hasExitCode(0);
    }

    @Test
    void thePlanIsTheOneOnThePage() throws Exception {
        ChildJvm program = start(Budgets.class);
        assertThat(program.awaitExit()).hasExitCode(0);
        Path page = Pages.ROOT.resolve("docs/lifecycle.md");
        assertThat(Pages.text(page)).contains(String.join("\n", program.out()));
        assertThat(program.err()).isEmpty();
    }

    @Test
    void anEmbeddedCoordinatorEndsWithoutTheProcess() {
        assertThat(start(Embedding.class).awaitExit()).hasExitCode(0).printed("requested by the end of the test");
    }

    @Test
    void aPollerStopsBetweenTwoTurns() throws Exception {
        Attempts.upToThree(
                () -> assertLogged(endAfter("polled", start(Poller.class)).hasExitCode(0), "stop 'poller' done"));
    }

    @Test
    void aRequestInFlightIsAnswered() throws Exception {
        Attempts.upToThree(this::requestInFlightIsAnswered);
    }

    private void requestInFlightIsAnswered() throws Exception {
        ChildJvm program = start(Requests.class);
        program.awaitLine(STARTED, PATIENCE);
        String port = program.awaitLine("port ").text().substring("port ".length());
        var client = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .build();
        // The first shows that the server is up; the second is in flight when the signal comes.
        assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        CompletableFuture<HttpResponse<Void>> inFlight =
                client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        ExitAssert exit = endAfter("request 2", program).hasExitCode(0);
        assertThat(inFlight.get().statusCode()).isEqualTo(200);
        assertLogged(exit, "drain 'requests' done");
    }

    @Test
    void theLastBatchIsWrittenAtTheEnd() {
        ChildJvm program = start(Visits.class);
        endAfter(STARTED, program).hasExitCode(0);
        assertThat(program.out()).contains("wrote [/index, /about]");
    }

    @Test
    void springEndsAsAResource() throws Exception {
        Attempts.upToThree(() -> {
            ChildJvm program = start(After.class);
            ExitAssert exit = endAfter(STARTED, program).hasExitCode(0);
            assertThat(program.out()).containsSubsequence("poller started", "poller stopped");
            assertLogged(exit, "release 'spring' done");
        });
    }

    @Test
    void aCoordinatorWithinSpringLeavesTheExitToSpring() {
        // No signal is handled, so the code is the JVM's own for a SIGTERM.
        endAfter("the application is up", start(Joined.class))
                .hasExitCode(143)
                .printed("Shutdown report: requested by Spring");
    }

    @Test
    void anActorSystemEndsAsAResource() throws Exception {
        Attempts.upToThree(() -> {
            ChildJvm program = start(PekkoProgram.class);
            ExitAssert exit = endAfter("'http' is ready", program).hasExitCode(0);
            assertThat(program.out()).containsSubsequence("bound", "unbound", "task of Pekko", "pool closed");
            assertLogged(exit, "stop 'http' done after");
        });
    }
}
