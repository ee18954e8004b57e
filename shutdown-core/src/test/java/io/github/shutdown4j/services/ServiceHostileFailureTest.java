package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.HostileFailures;
import io.github.shutdown4j.testing.Latches;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShutdownReason;

import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.reasonOf;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;

/** Loggers that block, listeners that throw, and exceptions whose methods throw do not affect other listeners. */
@Timeout(180)
class ServiceHostileFailureTest {

    private final FakeTicker ticker = new FakeTicker();

    private ServiceGroupBuilder builder() {
        return new ServiceGroupBuilder(ticker);
    }

    @Test
    void loggerThatBlocksDoesNotKeepTheReasonOfALateServiceFromAnybody() throws Exception {
        CountDownLatch mayLog = new CountDownLatch(1);
        ServiceGroup group = builder()
                .add("late", ServiceContext::awaitStop)
                .startTimeout(Duration.ofSeconds(5))
                .build();
        CompletableFuture<ShutdownReason> reason = group.whenShutdownRequested().toCompletableFuture();
        try (CapturedLogs logs = CapturedLogs.failing(line -> {
            if (line.level() == Level.ERROR) {
                Latches.ignoreInterrupts(mayLog);
            }
            return false;
        })) {
            group.start();
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofSeconds(5));
            assertThat(reason.get(60, TimeUnit.SECONDS)).isInstanceOf(ShutdownReason.ServiceFailed.class);
            assertThat(mayLog.getCount()).isOne();
            assertThat(logs.lines()).isNotEmpty();
        } finally {
            mayLog.countDown();
            group.stop(SECONDS_10);
        }
    }

    private static final class Throwing implements ServiceGroupListener {

        @Override
        public void onWaiting(List<String> names) {
            throw new IllegalStateException("on waiting");
        }

        @Override
        public void onReady() {
            throw new IllegalStateException("on ready");
        }

        @Override
        public void onShutdownRequested(ShutdownReason reason) {
            throw new IllegalStateException("on reason");
        }
    }

    @Test
    void listenerThatThrowsKeepsNothingFromTheOthers() throws Exception {
        CountDownLatch fail = new CountDownLatch(1);
        ServiceGroup group = builder()
                .add("web", context -> {
                    context.ready();
                    fail.await();
                    throw new IllegalStateException("broke");
                })
                .build();
        group.addListener(new Throwing());
        CompletableFuture<Void> ready = group.whenReady().toCompletableFuture();
        group.start();
        ready.get(60, TimeUnit.SECONDS);
        fail.countDown();
        assertThat(reasonOf(group)).isInstanceOf(ShutdownReason.ServiceFailed.class);
        group.stop(SECONDS_10);
    }

    @Test
    void failureThatDoesNotTellItsCauseEndsTheStopOfItsService() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        ServiceGroup group = builder()
                .add("other", untilStopped())
                .add("hostile", context -> {
                    began.countDown();
                    context.awaitStop();
                    throw HostileFailures.exception();
                })
                .build();
        group.start();
        Probe.await(began);
        assertThat(Background.onThread(() -> group.stop(SECONDS_10))
                        .get()) // the clock does not advance: no service was abandoned
                .filteredOn(step -> step.name().equals("hostile"))
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
                    assertThat(step.detail()).contains("HostileException");
                });
    }
}
