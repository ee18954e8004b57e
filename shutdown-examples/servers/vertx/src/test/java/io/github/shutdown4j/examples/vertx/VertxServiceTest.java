package io.github.shutdown4j.examples.vertx;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnswersInFlight;
import io.github.shutdown4j.examples.process.EventStreamStop;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.UploadInFlight;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvms;

@Timeout(600)
class VertxServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> jvms.main(VertxService.class)).loseNothing();
    }

    @Test
    @DisplayName("a stream of HTTP/2 is answered, and its client told to open no other")
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(jvms.main(VertxService.class)).answersTheStream().saysGoaway();
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.main(VertxService.class));
    }

    @Test
    void answersInFlightAreWritten() throws Exception {
        AnswersInFlight.areWritten(jvms.main(VertxService.class));
    }

    @Test
    void uploadInFlightIsAnswered() throws Exception {
        UploadInFlight.isAnswered(jvms.main(VertxService.class));
    }

    @Test
    void serverSentEventsAreEndedByTheDrain() throws Exception {
        EventStreamStop.endsTheStream(jvms.main(VertxService.class));
    }

    @Test
    void webSocketOfASilentClientIsNotWaitedFor() throws Exception {
        WebSocketStop.doesNotWaitForASilentClient(jvms.main(VertxService.class));
    }
}
