package io.github.shutdown4j.examples.quarkus;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnswersInFlight;
import io.github.shutdown4j.examples.process.DeclinedUpgrade;
import io.github.shutdown4j.examples.process.EventStreamStop;
import io.github.shutdown4j.examples.process.EveryAnswer;
import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.LeavingClient;
import io.github.shutdown4j.examples.process.LongPollStop;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.UploadInFlight;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;

@Timeout(600)
class QuarkusServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")))
                .loseNothing();
    }

    @Test
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")))
                .answersTheStream()
                .saysGoaway();
    }

    @Test
    void answersInFlightAreWritten() throws Exception {
        AnswersInFlight.areWritten(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void signalRightAfterTheStartIsTakenFromQuarkus() {
        ChildJvm app = jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar"))
                .quick()
                .env("PORT", "0")
                .start();
        Example.port(app);
        app.signal("TERM");
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing();
    }

    @Test
    void uploadInFlightIsAnswered() throws Exception {
        UploadInFlight.isAnswered(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void serverSentEventsAreEndedByTheDrain() throws Exception {
        EventStreamStop.endsTheStream(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void requestThatTheDrainReroutesIsAnswered() throws Exception {
        LongPollStop.isAnswered(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void webSocketOfASilentClientIsNotWaitedFor() throws Exception {
        WebSocketStop.doesNotWaitForASilentClient(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void workOfAClientThatHasLeftIsFinished() throws Exception {
        LeavingClient.workIsFinished(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void requestForAWebSocketWhereThereIsNoneIsAnswered() throws Exception {
        DeclinedUpgrade.isWaitedFor(jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")));
    }

    @Test
    void answersWithoutTheApplicationCloseTheirConnection() throws Exception {
        EveryAnswer.closesItsConnection(
                jvms.jar(Path.of("target", "quarkus-app", "quarkus-run.jar")),
                "OPTIONS *",
                "CONNECT localhost:80",
                "DELETE /work?ms=5");
    }
}
