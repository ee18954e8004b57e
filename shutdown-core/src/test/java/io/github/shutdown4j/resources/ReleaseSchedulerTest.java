package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.internal.ExitPollSchedule;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;

/** The actions that the scheduler returns to the supervisor, without threads. */
class ReleaseSchedulerTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final FakeTicker ticker = new FakeTicker();
    private final ReleaseScheduler scheduler = new ReleaseScheduler(ticker);

    @Test
    void workersAreRequestedForEachTaskUpToABound() throws Exception {
        assertThat(scheduler.begin(tasks(3), 5_000_000_000L)).isEqualTo(3);
        assertThat(new ReleaseScheduler(ticker).begin(tasks(10_000), 5_000_000_000L))
                .isEqualTo(128);
    }

    @Test
    void moreWorkersAreRequestedWhenAllHaveBeenBlockedForAWhile() throws Exception {
        int wanted = scheduler.begin(tasks(10_000), 60_000_000_000L);
        List<Integer> steps = new ArrayList<>(List.of(wanted));
        int workers = 0;
        while (workers < 1024) {
            for (int i = 0; i < wanted; i++) {
                assertThat(scheduler.admitWorker()).isTrue();
                assertThat(scheduler.take(Thread.currentThread())).isNotNull();
            }
            workers += wanted;
            ticker.advance(Duration.ofMillis(10));
            if (workers < 1024) {
                wanted = scheduler.awaitActions().wanted();
                steps.add(wanted);
            }
        }
        assertThat(steps).containsExactly(128, 128, 256, 512);

        ticker.advance(LIMIT);
        List<ReleaseTask> due = scheduler.awaitActions().due();
        assertThat(due).hasSize(1024);
        assertThat(scheduler.timeIsUp(due, stackAtTimeout(due))).hasSize(1024);
        ticker.advance(Duration.ofMillis(100));
        assertThat(scheduler.timeIsUp(due, stackAtTimeout(due))).isEmpty();
        PendingActions pending = scheduler.awaitActions();
        assertThat(pending.ended()).hasSize(1024).allMatch(step -> step.outcome() == Outcome.TIMED_OUT);
        assertThat(pending.wanted()).as("replaces the abandoned ones").isEqualTo(128);
        assertThat(scheduler.unfinishedCount()).isEqualTo(10_000);
    }

    @Test
    void noWorkerIsStartedWhileATaskIsDue() {
        scheduler.begin(tasks(3), 5_000_000_000L);
        assertThat(scheduler.admitWorker()).isTrue();
        scheduler.take(Thread.currentThread());
        assertThat(scheduler.admitWorker()).isTrue();
        ticker.advance(LIMIT);
        assertThat(scheduler.admitWorker()).isFalse();
    }

    @Test
    void withoutThreadsAllAreSkippedWithTheReason() throws Exception {
        scheduler.begin(tasks(2), 1_000_000_000L);
        assertThat(scheduler.admitWorker()).isTrue();
        scheduler.noWorker(new OutOfMemoryError("unable to create native thread"));
        ticker.advance(Duration.ofMillis(10));
        assertThat(scheduler.awaitActions().wanted()).as("tries again").isEqualTo(2);
        ticker.advance(Duration.ofSeconds(1));

        List<StepResult> ended = scheduler.awaitActions().ended();
        assertThat(ended).hasSize(2);
        assertThat(ended.get(0).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(ended.get(0).detail()).contains("no thread could be started for it: java.lang.OutOfMemoryError");
        assertThat(scheduler.awaitActions()).isNull();
    }

    @Test
    void workerOfAnInterruptedJobTakesNoOther() {
        scheduler.begin(tasks(2), 5_000_000_000L);
        scheduler.admitWorker();
        ReleaseTask task = scheduler.take(Thread.currentThread());
        ticker.advance(LIMIT);
        assertThat(scheduler.timeIsUp(List.of(task), stackAtTimeout(List.of(task))))
                .containsExactly(Thread.currentThread());
        assertThat(scheduler.finish(task, new ReleaseTask.CallResult(null, "", false, "")))
                .isFalse();
        assertThat(scheduler.timeIsUp(List.of(task), stackAtTimeout(List.of(task))))
                .isEmpty();
        assertThat(task.result().outcome()).isEqualTo(Outcome.TIMED_OUT);
    }

    @Test
    void exitIsLookedForOnlyOnceTheJvmIsExitingAndThenLessAndLessOften() throws Exception {
        ExitPollSchedule watch = new ExitPollSchedule();
        assertThat(watch.isDue(0)).isFalse();
        watch.jvmExiting(0);
        List<Integer> dueAt = new ArrayList<>();
        for (int millis = 0; millis < 2_000; millis++) {
            if (watch.isDue(millis * 1_000_000L)) {
                dueAt.add(millis);
            }
        }
        assertThat(dueAt).containsExactly(0, 10, 30, 70, 150, 310, 630, 1130, 1630);
    }

    private List<List<UnfinishedWork>> stackAtTimeout(List<ReleaseTask> tasks) {
        return tasks.stream()
                .map(task -> task.snapshots(ticker.nanoTime(), false))
                .toList();
    }

    private List<ReleaseTask> tasks(int count) {
        List<ReleaseTask> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(new ReleaseTask(
                    ResourceRegistration.of(new Probe("r" + i, 1, () -> {}), LIMIT), ticker.nanoTime()));
        }
        return tasks;
    }
}
