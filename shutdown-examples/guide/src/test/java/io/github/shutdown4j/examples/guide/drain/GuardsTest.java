package io.github.shutdown4j.examples.guide.drain;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class GuardsTest {

    private final ConnectionTracker tracker = Guards.streams();

    @Test
    void anAsynchronousCallHoldsItsGuardUntilItsAnswer() {
        var answer = new CompletableFuture<String>();
        var unused = Guards.asynchronous(tracker, () -> answer);
        assertThat(tracker.inFlight()).isEqualTo(1);
        answer.complete("42");
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void aCallThatDoesNotEvenBeginGivesItsGuardBack() {
        assertThatThrownBy(() -> Guards.asynchronous(tracker, () -> {
                    throw new IllegalStateException("no connection");
                }))
                .hasMessage("no connection");
        assertThat(tracker.inFlight()).isZero();
    }

    @Test
    void aStreamSaysGoodbyeWhenTheDrainBegins() throws InterruptedException {
        var stream = new FakeStream();
        Guards.open(tracker, stream);
        assertThat(tracker.inFlight()).isEqualTo(1);
        assertThat(tracker.drain(Duration.ofSeconds(60)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(stream.saidGoodbye).isTrue();
    }

    private static final class FakeStream implements Guards.Stream {

        private Runnable onClosed = () -> {};
        private volatile boolean saidGoodbye;

        @Override
        public String user() {
            return "anna";
        }

        @Override
        public void onClosed(Runnable callback) {
            onClosed = callback;
        }

        @Override
        public void endAndClose() {
            saidGoodbye = true;
            onClosed.run();
        }
    }
}
