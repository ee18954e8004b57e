package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.Latches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The events of reloads. */
@Timeout(180)
class ReloadListenerTest extends ReloaderFixture {

    @Test
    void listenerReceivesTheEndOfAReloadThatFailsInternally() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        Ticker breaking = new Ticker() {
            @Override
            public long nanoTime() {
                if (broken.compareAndSet(true, false)) {
                    throw new InternalError("on purpose");
                }
                return ticker.nanoTime();
            }

            @Override
            public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
                ticker.await(lock, condition, nanos);
            }
        };
        Reloader fragile = new Reloader(Duration.ofSeconds(30), breaking, signals.process());
        fragile.addListener(new ReloadListener() {
            @Override
            public void onReloadStarted(String requestedBy) {
                calls.add("started");
                broken.set(true);
            }

            @Override
            public void onReloadFinished(ReloadReport report) {
                calls.add("finished " + report.isClean());
            }
        });
        assertThatThrownBy(() -> report(fragile.reload("test"))).hasRootCauseMessage("on purpose");
        assertThat(calls).containsExactly("started", "finished false");
    }

    @Test
    void listenerReceivesBeginAndEndAndHarmsNothing() throws Exception {
        reloader.addListener(new ReloadListener() {
            @Override
            public void onReloadStarted(String requestedBy) {
                calls.add("started by " + requestedBy);
                throw new IllegalStateException("listener on purpose");
            }

            @Override
            public void onReloadStep(StepResult step) {
                calls.add(step.name() + " " + step.outcome());
                throw new IllegalStateException("listener on purpose");
            }

            @Override
            public void onReloadFinished(ReloadReport report) {
                calls.add("finished " + report.steps().size());
            }
        });
        subscribe("one");
        try (CapturedLogs logs = CapturedLogs.open()) {
            report(reloader.reload("test"));
            assertThat(calls).containsExactly("started by test", "one", "one DONE", "finished 1");
            assertThat(logs.texts(Level.ERROR)).hasSize(2).allSatisfy(line -> assertThat(line)
                    .contains("listener on purpose"));
        }
    }

    @Test
    void listenerReceivesTheStepOfASubscriberThatIsStillBusy() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        reloader.subscribe("slow", () -> {
            calls.add("called");
            Latches.ignoreInterrupts(answer);
        });
        reloader.addListener(new ReloadListener() {
            @Override
            public void onReloadStep(StepResult step) {
                calls.add(step.name() + " " + step.outcome());
            }
        });
        CompletionStage<ReloadReport> first = reloader.reload("first");
        ticker.awaitSleepers(1);
        Awaitility.await().until(() -> calls.contains("called"));
        ticker.advance(Duration.ofSeconds(30));
        report(first);
        report(reloader.reload("second"));
        assertThat(calls).containsExactly("called", "slow TIMED_OUT", "slow SKIPPED");
        answer.countDown();
    }
}
