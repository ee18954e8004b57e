package io.github.shutdown4j.examples.jettyservice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnswersInFlight;
import io.github.shutdown4j.examples.process.EventStreamStop;
import io.github.shutdown4j.examples.process.EveryAnswer;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.UploadInFlight;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvms;

@Timeout(600)
class JettyServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> jvms.main(JettyService.class)).loseNothing();
    }

    @Test
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(jvms.main(JettyService.class)).answersTheStream().saysGoaway();
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.main(JettyService.class));
    }

    @Test
    void answersInFlightAreWritten() throws Exception {
        AnswersInFlight.areWritten(jvms.main(JettyService.class));
    }

    @Test
    void uploadInFlightIsAnswered() throws Exception {
        UploadInFlight.isAnswered(jvms.main(JettyService.class));
    }

    @Test
    void serverSentEventsAreEndedByTheDrain() throws Exception {
        EventStreamStop.endsTheStream(jvms.main(JettyService.class));
    }

    @Test
    void webSocketOfASilentClientIsNotWaitedFor() throws Exception {
        WebSocketStop.doesNotWaitForASilentClient(jvms.main(JettyService.class));
    }

    @Test
    void answersWithoutTheApplicationCloseTheirConnection() throws Exception {
        EveryAnswer.closesItsConnection(
                jvms.main(JettyService.class), "OPTIONS *", "CONNECT localhost:80", "GET /a[b", "DELETE /work?ms=5");
    }
}
