package io.github.shutdown4j.examples.ktor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnswersInFlight;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvms;

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
}
