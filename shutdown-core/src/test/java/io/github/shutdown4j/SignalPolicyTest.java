package io.github.shutdown4j;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.config.ForceOn;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShutdownTrigger;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class SignalPolicyTest {

    private final FakeTicker ticker = new FakeTicker();
    private final FakeProcess process = new FakeProcess();
    private final ShutdownTrigger trigger = ShutdownTrigger.create(reason -> {});
    private final HaltTimer halt = new HaltTimer(ticker, process, (why, code) -> {});

    /** The effects of a signal cannot be recorded for lack of memory. */
    private final SignalPolicy policy =
            new SignalPolicy(
                    new LiveConfig(ShutdownConfig.builder().forceOn(ForceOn.ANY).build()),
                    trigger,
                    halt,
                    new PhaseProgressMonitor(ticker, ofSeconds(5), (phase, unfinished, left) -> {}),
                    ShutdownLog.silent(),
                    ticker) {
                @Override
                void record(ShutdownSignal signal, String effect) {
                    throw new InternalError("pretended");
                }
            };

    @AfterEach
    void endThread() {
        halt.cancel();
    }

    private void deliver(ShutdownSignal signal) {
        assertThatThrownBy(() -> policy.accept(signal)).isInstanceOf(InternalError.class);
    }

    @Test
    void signalThatCannotBeRecordedHasItsEffect() {
        halt.start();
        deliver(ShutdownSignal.INTERRUPT);
        assertThat(trigger.reason()).contains(new ShutdownReason.Signalled(ShutdownSignal.INTERRUPT));
        policy.requested();
        ticker.advance(ofMillis(999));
        deliver(ShutdownSignal.INTERRUPT); // a duplicate of the first
        ticker.advance(ofMillis(1));
        deliver(ShutdownSignal.TERMINATE);
        // The first signal that forces decides the code: it would be 130 if the duplicate did.
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(143));
    }

    @Test
    void signalThatComesBeforeTheRequestIsKnownDoesNotForce() {
        halt.start();
        trigger.request(new ShutdownReason.Requested("the test"));
        deliver(ShutdownSignal.TERMINATE);
        policy.requested();
        ticker.advance(ofSeconds(1));
        deliver(ShutdownSignal.INTERRUPT);
        // It would be 143 if the first one had forced.
        await().untilAsserted(() -> assertThat(process.halts()).containsExactly(130));
    }
}
