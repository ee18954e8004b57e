package io.github.shutdown4j.examples.armeria;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnswersInFlight;
import io.github.shutdown4j.examples.process.EventStreamStop;
import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.LeavingClient;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.UploadInFlight;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;

@Timeout(600)
class ArmeriaServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> jvms.main(ArmeriaService.class)).loseNothing();
    }

    @Test
    @DisplayName("a stream of HTTP/2 is answered, and its client told to open no other")
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(jvms.main(ArmeriaService.class)).answersTheStream().saysGoaway();
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.main(ArmeriaService.class));
    }

    @Test
    void answersInFlightAreWritten() throws Exception {
        AnswersInFlight.areWritten(jvms.main(ArmeriaService.class));
    }

    /** Armeria's own stop, which it would have waited for, is not over yet. */
    @Test
    void anIdleServerEndsWithoutWaitingForSilence() {
        ChildJvm app =
                Example.quick(jvms.main(ArmeriaService.class)).env("PORT", "0").start();
        int unused = Example.port(app);
        app.signal("TERM");
        assertThat(app.awaitExit())
                .hasExitCode(0)
                .tookBetween(ZERO, Example.LIMIT) // without the announcement if it was not ready yet
                .printed("waited for silence: false");
    }

    @Test
    void uploadInFlightIsAnswered() throws Exception {
        UploadInFlight.isAnswered(jvms.main(ArmeriaService.class));
    }

    @Test
    void serverSentEventsAreEndedByTheDrain() throws Exception {
        EventStreamStop.endsTheStream(jvms.main(ArmeriaService.class));
    }

    @Test
    void webSocketOfASilentClientIsNotWaitedFor() throws Exception {
        WebSocketStop.doesNotWaitForASilentClient(jvms.main(ArmeriaService.class));
    }

    @Test
    void workOfAClientThatHasLeftIsFinished() throws Exception {
        LeavingClient.workIsFinished(jvms.main(ArmeriaService.class));
    }
}
