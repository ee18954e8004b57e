package io.github.shutdown4j.examples.ktor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnswersInFlight;
import io.github.shutdown4j.examples.process.DeclinedUpgrade;
import io.github.shutdown4j.examples.process.EventStreamStop;
import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.LeavingClient;
import io.github.shutdown4j.examples.process.PipelineStop;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.UploadInFlight;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;

@Timeout(600)
class KtorServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> jvms.main(KtorServiceKt.class)).loseNothing();
    }

    @Test
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(jvms.main(KtorServiceKt.class)).answersTheStream().saysGoaway();
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.main(KtorServiceKt.class));
    }

    @Test
    void answersInFlightAreWritten() throws Exception {
        AnswersInFlight.areWritten(jvms.main(KtorServiceKt.class));
    }

    /** Ktor's own limit for a write is ten seconds. */
    @Test
    void clientThatDoesNotReadForALongTimeGetsTheEndOfItsAnswer() throws Exception {
        AnswersInFlight.areWrittenAfter(ofSeconds(12), jvms.main(KtorServiceKt.class));
    }

    @Test
    void aStopDuringTheStartComesAfterIt() {
        ChildJvm app = Example.quick(jvms.main(KtorServiceKt.class))
                .logs()
                .env("PORT", "0")
                .start();
        app.awaitLine("services: starting", ofSeconds(60));
        app.signal("TERM");
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().printed("listening on port");
    }

    @Test
    void uploadInFlightIsAnswered() throws Exception {
        UploadInFlight.isAnswered(jvms.main(KtorServiceKt.class));
    }

    @Test
    void uploadThatPausesIsNamedInTheLog() throws Exception {
        UploadInFlight.isNamed(jvms.main(KtorServiceKt.class));
    }

    @Test
    void serverSentEventsAreEndedByTheDrain() throws Exception {
        EventStreamStop.endsTheStream(jvms.main(KtorServiceKt.class));
    }

    @Test
    void webSocketOfASilentClientIsNotWaitedFor() throws Exception {
        WebSocketStop.doesNotWaitForASilentClient(jvms.main(KtorServiceKt.class));
    }

    @Test
    void workOfAClientThatHasLeftIsFinished() throws Exception {
        LeavingClient.workIsFinished(jvms.main(KtorServiceKt.class));
    }

    @Test
    void requestForAWebSocketWhereThereIsNoneIsAnswered() throws Exception {
        DeclinedUpgrade.isWaitedFor(jvms.main(KtorServiceKt.class));
    }

    @Test
    void requestsSentAtOnceAreAnsweredOrNotHandled() throws Exception {
        PipelineStop.losesNothing(jvms.main(KtorServiceKt.class));
    }
}
