package io.github.shutdown4j.examples.micronaut;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.examples.process.AnswersInFlight;
import io.github.shutdown4j.examples.process.DeclinedUpgrade;
import io.github.shutdown4j.examples.process.EarlyStop;
import io.github.shutdown4j.examples.process.Http2Stop;
import io.github.shutdown4j.examples.process.PipelineStop;
import io.github.shutdown4j.examples.process.StopsUnderLoad;
import io.github.shutdown4j.examples.process.UploadInFlight;
import io.github.shutdown4j.examples.process.WebSocketStop;
import io.github.shutdown4j.testing.ChildJvms;

@Timeout(600)
class MicronautServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @Test
    void stoppedUnderLoadItLosesNothing() throws Exception {
        StopsUnderLoad.of(() -> jvms.main(MicronautService.class)).loseNothing();
    }

    @Test
    void answersInFlightAreWrittenWithoutHelpOfMicronaut() throws Exception {
        AnswersInFlight.areWritten(jvms.main(MicronautService.class)
                .env("MICRONAUT_SERVER_NETTY_LISTENERS_MAIN_PORT", "0")
                .env("MICRONAUT_SERVER_NETTY_LISTENERS_MAIN_SUPPORT_GRACEFUL_SHUTDOWN", "false"));
    }

    @Test
    void stoppedDuringItsStartItEndsCleanly() {
        EarlyStop.isClean(jvms.main(MicronautService.class));
    }

    @Test
    void streamOfHttp2IsAnswered() throws Exception {
        Http2Stop.of(jvms.main(MicronautService.class).env("MICRONAUT_SERVER_HTTP_VERSION", "2.0"))
                .answersTheStream()
                .saysGoaway();
    }

    @Test
    void webSocketIsClosedByTheServer() throws Exception {
        WebSocketStop.saysGoingAway(jvms.main(MicronautService.class));
    }

    @Test
    void uploadInFlightIsAnswered() throws Exception {
        UploadInFlight.isAnswered(jvms.main(MicronautService.class));
    }

    @Test
    void requestsSentAtOnceAreAnsweredOrNotHandled() throws Exception {
        PipelineStop.losesNothing(jvms.main(MicronautService.class));
    }

    @Test
    void webSocketOfASilentClientIsNotWaitedFor() throws Exception {
        WebSocketStop.doesNotWaitForASilentClient(jvms.main(MicronautService.class));
    }

    @Test
    void requestForAWebSocketWhereThereIsNoneIsAnswered() throws Exception {
        DeclinedUpgrade.isWaitedFor(jvms.main(MicronautService.class));
    }
}
