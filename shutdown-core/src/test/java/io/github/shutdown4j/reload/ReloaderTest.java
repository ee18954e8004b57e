package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.Latches;
import io.github.shutdown4j.trigger.ShuttingDownException;
import io.github.shutdown4j.trigger.Subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class ReloaderTest extends ReloaderFixture {

    @Test
    void subscribersAreCalledInTheOrderOfSubscription() throws Exception {
        subscribe("a");
        subscribe("b").close();
        subscribe("c");
        subscribe("b");
        ReloadReport report = report(reloader.reload("test"));
        assertThat(calls).containsExactly("a", "c", "b");
        assertThat(report.requestedBy()).isEqualTo("test");
        assertThat(report.isClean()).isTrue();
        assertThat(report.steps()).extracting(StepResult::name).containsExactly("a", "c", "b");
    }

    @Test
    void theRequesterIsOneLineWhoeverItIs() throws Exception {
        assertThat(report(reloader.reload("a client\nERROR forged")).requestedBy())
                .isEqualTo("a client ERROR forged");
    }

    @Test
    void reloadWithoutSubscribersSucceeds() throws Exception {
        assertThat(report(reloader.reload("test")).steps()).isEmpty();
    }

    @Test
    void subscriberThatFailsKeepsNoOtherFromItsTurn() throws Exception {
        try (CapturedLogs logs = CapturedLogs.open()) {
            reloader.subscribe("checked", () -> {
                throw new Exception("checked on purpose");
            });
            reloader.subscribe("error", () -> {
                throw new StackOverflowError("error on purpose");
            });
            subscribe("last");
            ReloadReport report = report(reloader.reload("test"));
            assertThat(report.steps())
                    .extracting(StepResult::outcome)
                    .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.DONE);
            assertThat(report.steps().get(0).failure())
                    .get()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("checked on purpose");
            assertThat(report.isClean()).isFalse();
            assertThat(calls).containsExactly("last");
            assertThat(logs.texts(Level.WARN)).hasSize(2);
            assertThat(logs.texts(Level.WARN).get(0)).startsWith("reload: 'checked' failed");
            assertThat(logs.texts(Level.INFO))
                    .containsExactly(
                            "reload: started, requested by test",
                            "reload: ended after 0 s, 1 of 3 subscribers succeeded");
        }
    }

    @Test
    void subscriberThatHangsIsInterruptedAbandonedAndSkippedNextTime() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        reloader.subscribe("hangs", () -> {
            calls.add("hangs");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                release.await();
            }
        });
        subscribe("last");
        CompletionStage<ReloadReport> first = reloader.reload("test");
        ticker.awaitSleepers(1);
        ticker.advanceWakingNone(Duration.ofMillis(29_999));
        assertThat(first.toCompletableFuture()).isNotDone();
        Awaitility.await().until(() -> calls.contains("hangs"));
        ticker.advance(Duration.ofMillis(1));
        interrupted.await();
        StepResult step = report(first).steps().get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.elapsed()).isEqualTo(Duration.ofSeconds(30));
        assertThat(step.unfinished()).singleElement().satisfies(work -> {
            assertThat(work.thread()).contains("shutdown4j-reload-hangs");
            assertThat(work.stack()).isNotEmpty();
        });
        assertThat(report(first).steps().get(1).outcome()).isEqualTo(Outcome.DONE);

        StepResult again = report(reloader.reload("test")).steps().get(0);
        assertThat(again.outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(again.detail()).isEqualTo("still busy with an earlier reload, for 30 s");
        assertThat(calls).containsExactly("hangs", "last", "last");
    }

    @Test
    void callThatWasAbandonedIsUnfinishedWorkUntilItEnds() throws Exception {
        try (CapturedLogs logs = CapturedLogs.open()) {
            reloader.subscribe("hangs", () -> {
                calls.add("hangs");
                Latches.ignoreInterrupts(release);
            });
            CompletionStage<ReloadReport> first = reloader.reload("test");
            ticker.awaitSleepers(1);
            Awaitility.await().until(() -> calls.contains("hangs"));
            ticker.advance(Duration.ofSeconds(30));
            report(first);
            ticker.advance(Duration.ofSeconds(1));
            report(reloader.reload("test"));
            List<String> warnings = logs.texts(Level.WARN);
            assertThat(warnings).hasSize(2);
            assertThat(warnings.get(0))
                    .startsWith("reload: 'hangs' did not end within 30 s, interrupted and abandoned: ")
                    .contains("at " + ReloaderTest.class.getName() + ".");
            assertThat(warnings.get(1))
                    .isEqualTo("reload: 'hangs' skipped: still busy with an earlier reload, for 31 s");
        }
        assertThat(reloader.unfinishedCount()).isEqualTo(1);
        assertThat(reloader.unfinished(0)).isEmpty();
        assertThat(reloader.unfinished(1)).singleElement().satisfies(work -> {
            assertThat(work.name()).isEqualTo("reload 'hangs'");
            assertThat(work.age()).isEqualTo(Duration.ofSeconds(31));
        });
        release.countDown();
        Awaitility.await().until(() -> reloader.unfinishedCount() == 0);
        assertThat(reloader.unfinished(1)).isEmpty();
    }

    @Test
    void requestsDuringAReloadAreServedByExactlyOneMore() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        reloader.subscribe("slow", () -> {
            calls.add("slow");
            inside.countDown();
            release.await();
        });
        CompletionStage<ReloadReport> first = reloader.reload("first");
        inside.await();
        CompletionStage<ReloadReport> second = reloader.reload("second");
        CompletionStage<ReloadReport> third = reloader.reload("third");
        assertThat(second.toCompletableFuture()).isNotDone();
        release.countDown();
        assertThat(report(first).requestedBy()).isEqualTo("first");
        assertThat(report(second).requestedBy()).isEqualTo("second");
        assertThat(report(third)).isSameAs(report(second));
        assertThat(third).isNotSameAs(second);
        assertThat(calls).containsExactly("slow", "slow");
        // And a later request is a separate reload.
        assertThat(report(reloader.reload("fourth")).requestedBy()).isEqualTo("fourth");
        assertThat(calls).hasSize(3);
    }

    @Test
    void subscriberMayRequestTheNextReload() throws Exception {
        AtomicReference<CompletionStage<ReloadReport>> next = new AtomicReference<>();
        reloader.subscribe("again", () -> {
            calls.add("again");
            if (calls.size() == 1) {
                next.set(reloader.reload("itself"));
            }
        });
        report(reloader.reload("test"));
        assertThat(report(next.get()).requestedBy()).isEqualTo("itself");
        assertThat(calls).hasSize(2);
    }

    @Test
    void subscriptionClosedDuringAReloadIsNotCalled() throws Exception {
        AtomicReference<Subscription> second = new AtomicReference<>();
        reloader.subscribe("first", () -> second.get().close());
        second.set(subscribe("second"));
        assertThat(report(reloader.reload("test")).steps()).hasSize(1);
        assertThat(calls).isEmpty();
    }

    @Test
    void nothingBeginsOnceTheShutdownHasBegun() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        reloader.subscribe("slow", () -> {
            inside.countDown();
            release.await();
        });
        subscribe("second");
        CompletionStage<ReloadReport> running = reloader.reload("first");
        inside.await();
        CompletionStage<ReloadReport> waiting = reloader.reload("waiting");
        reloader.stop();
        assertShuttingDown(waiting);
        assertShuttingDown(reloader.reload("late"));
        assertThatThrownBy(() -> subscribe("late")).isInstanceOf(ShuttingDownException.class);
        release.countDown();
        assertThat(report(running).steps())
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.DONE, Outcome.SKIPPED);
        assertThat(calls).isEmpty();
    }

    @Test
    void callerThatBlocksItsStageHoldsUpNoReload() throws Exception {
        CountDownLatch dependentIsThere = new CountDownLatch(1);
        reloader.subscribe("one", () -> {
            dependentIsThere.await();
            calls.add("one");
        });
        CountDownLatch blocked = new CountDownLatch(1);
        reloader.reload("test").thenRun(() -> {
            blocked.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        dependentIsThere.countDown();
        blocked.await();
        reloader.reload("again");
        Awaitility.await().until(() -> calls.size() == 2);
    }

    @Test
    void badInputFailsAtTheCall() {
        assertThatThrownBy(() -> Reloader.withTimeout(Duration.ZERO))
                .hasMessage("timeout must be more than zero, was 0 s");
        assertThatThrownBy(() -> reloader.subscribe(" ", () -> {})).hasMessage("name must not be blank, was \" \"");
        assertThatThrownBy(() -> reloader.subscribe("x", null)).hasMessage("onReload must not be null");
        assertThatThrownBy(() -> reloader.reload("")).hasMessage("requestedBy must not be blank, was \"\"");
        subscribe("x");
        assertThatThrownBy(() -> subscribe("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must be free, but there is already a reload subscriber 'x'");
    }

    private static void assertShuttingDown(CompletionStage<ReloadReport> stage) {
        CompletableFuture<ReloadReport> future = stage.toCompletableFuture();
        assertThatThrownBy(() -> future.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ShuttingDownException.class);
    }
}
