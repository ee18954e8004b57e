package io.github.shutdown4j.examples.undertow;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.EventStreamStop;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.UploadInFlight;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvms;

@Timeout(600)
class UndertowServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> jvms.main(UndertowService.class)).loseNothing();
    }

    @Test
    @DisplayName("a stream of HTTP/2 is answered; Undertow tells no client to open no other")
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(jvms.main(UndertowService.class)).answersTheStream();
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.main(UndertowService.class));
    }

    @Test
    void uploadInFlightIsAnswered() throws Exception {
        UploadInFlight.isAnswered(jvms.main(UndertowService.class));
    }

    @Test
    void uploadThatPausesIsNamedInTheLog() throws Exception {
        UploadInFlight.isNamed(jvms.main(UndertowService.class));
    }

    @Test
    void serverSentEventsAreEndedByTheDrain() throws Exception {
        EventStreamStop.endsTheStream(jvms.main(UndertowService.class));
    }

    @Test
    void webSocketOfASilentClientIsNotWaitedFor() throws Exception {
        WebSocketStop.doesNotWaitForASilentClient(jvms.main(UndertowService.class));
    }
}
