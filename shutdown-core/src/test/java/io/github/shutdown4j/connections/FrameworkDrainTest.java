package io.github.shutdown4j.connections;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.ServiceTesting;

import static org.assertj.core.api.Assertions.assertThat;

/** The graceful shutdown of a framework as part of the drain. */
@Timeout(180)
class FrameworkDrainTest {

    @Test
    void frameworkIsShutDownByTheDrainAndWaitedFor() throws Exception {
        var ended = new CompletableFuture<Void>();
        var checked = new CompletableFuture<Void>();
        ConnectionTracker framework = ConnectionTracker.draining("framework", () -> {
            checked.complete(null);
            return ended;
        });
        assertThat(framework.inFlight())
                .as("a framework that runs is no request")
                .isZero();
        assertThat(framework.admitted()).isZero();
        framework.close();
        assertThat(framework.inFlight()).isEqualTo(1);
        assertThat(checked).isNotDone();
        FutureTask<StepResult> drain = Background.onThread(() -> framework.drain(Duration.ofSeconds(30)));
        checked.get();
        ServiceTesting.eventually(() -> ended.getNumberOfDependents() == 1);
        assertThat(framework.inFlight()).isEqualTo(1);
        ended.complete(null);
        assertThat(drain.get().outcome()).isEqualTo(Outcome.DONE);
        assertThat(drain.get().detail()).isEmpty();
    }

    @Test
    void frameworkThatFailsToShutDownHasFailedItsDrain() throws Exception {
        var refused = new IOException("no");
        assertFailed(ConnectionTracker.draining("f", () -> CompletableFuture.failedFuture(refused)), refused);
        assertFailed(
                ConnectionTracker.draining(
                        "f", () -> CompletableFuture.failedFuture(new CompletionException("wrapped", refused))),
                refused);
        var thrown = new IllegalStateException("not started");
        assertFailed(
                ConnectionTracker.draining("f", () -> {
                    throw thrown;
                }),
                thrown);
        StepResult none = ConnectionTracker.draining("f", () -> null).drain(Duration.ofSeconds(30));
        assertThat(none.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(none.detail()).contains("the shutdown returned null instead of a stage");
    }

    @Test
    void frameworkThatFailsAfterItsDrainHasTimedOutChangesNothing() throws Exception {
        var ended = new CompletableFuture<Void>();
        ConnectionTracker framework = ConnectionTracker.draining("framework", () -> ended);
        StepResult first = framework.drain(Duration.ZERO);
        assertThat(first.outcome()).isEqualTo(Outcome.TIMED_OUT);
        ended.completeExceptionally(new IOException("late"));
        ServiceTesting.eventually(() -> framework.inFlight() == 0);
        assertThat(framework.drain(Duration.ofSeconds(30))).isEqualTo(first);
    }

    private static void assertFailed(ConnectionTracker framework, Throwable failure) throws Exception {
        StepResult step = framework.drain(Duration.ofSeconds(30));
        assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(step.failure()).containsSame(failure);
    }

    @Test
    void frameworkThatDoesNotEndIsNamed() throws Exception {
        StepResult step =
                ConnectionTracker.draining("slow", CompletableFuture::new).drain(Duration.ofMillis(1));
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.unfinished()).singleElement().satisfies(work -> assertThat(work.name())
                .isEqualTo("tracker 'slow': shutdown"));
    }

    @Test
    void frameworkThatHangsInItsShutdownIsShownWithTheStackOfThatCall() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        ConnectionTracker framework = ConnectionTracker.draining("hanging", () -> hangUntil(called, end));
        FutureTask<StepResult> drain = Background.onThread(() -> framework.drain(Duration.ofSeconds(30)));
        called.await();
        assertThat(framework.unfinished(10)).singleElement().satisfies(work -> assertThat(work.stack())
                .anyMatch(frame -> frame.getMethodName().equals("hangUntil")));
        assertThat(framework.unfinished(0)).isEmpty();
        end.countDown();
        assertThat(drain.get().outcome()).isEqualTo(Outcome.DONE);
        assertThat(framework.unfinished(10)).isEmpty();
    }

    private static CompletableFuture<?> hangUntil(CountDownLatch called, CountDownLatch end) {
        called.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return CompletableFuture.completedFuture("ended");
    }
}
