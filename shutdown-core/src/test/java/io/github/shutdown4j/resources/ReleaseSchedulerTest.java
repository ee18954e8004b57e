package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;

/** What the board tells the supervisor to do, without any thread. */
class ReleaseSchedulerTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final FakeTicker ticker = new FakeTicker();
    private final ReleaseScheduler board = new ReleaseScheduler(ticker);

    @Test
    void asManyWorkersAreWantedAsThereAreJobsUpToABound() throws Exception {
        assertThat(board.begin(jobs(3), 5_000_000_000L)).isEqualTo(3);
        assertThat(new ReleaseScheduler(ticker).begin(jobs(10_000), 5_000_000_000L))
                .isEqualTo(128);
    }

    @Test
    void moreWorkersAreWantedWheneverAllHaveBeenStuckForAWhile() throws Exception {
        int wanted = board.begin(jobs(10_000), 60_000_000_000L);
        List<Integer> steps = new ArrayList<>(List.of(wanted));
        int workers = 0;
        while (workers < 1024) {
            for (int i = 0; i < wanted; i++) {
                assertThat(board.admitWorker()).isTrue();
                assertThat(board.take(Thread.currentThread())).isNotNull();
            }
            workers += wanted;
            ticker.advance(Duration.ofMillis(10));
            if (workers < 1024) {
                wanted = board.look().wanted();
                steps.add(wanted);
            }
        }
        assertThat(steps).containsExactly(128, 128, 256, 512);

        ticker.advance(LIMIT);
        List<ReleaseTask> due = board.look().due();
        assertThat(due).hasSize(1024);
        assertThat(board.timeIsUp(due, stood(due))).hasSize(1024);
        ticker.advance(Duration.ofMillis(100));
        assertThat(board.timeIsUp(due, stood(due))).isEmpty();
        ReleaseScheduler.Look look = board.look();
        assertThat(look.ended()).hasSize(1024).allMatch(step -> step.outcome() == Outcome.TIMED_OUT);
        assertThat(look.wanted()).as("replaces those left behind").isEqualTo(128);
        assertThat(board.unfinishedCount()).isEqualTo(10_000);
    }

    @Test
    void nobodyIsHiredWhileSomebodyIsDue() {
        board.begin(jobs(3), 5_000_000_000L);
        assertThat(board.admitWorker()).isTrue();
        board.take(Thread.currentThread());
        assertThat(board.admitWorker()).isTrue();
        ticker.advance(LIMIT);
        assertThat(board.admitWorker()).isFalse();
    }

    @Test
    void withoutThreadsAllAreSkippedAndTheReasonIsTold() throws Exception {
        board.begin(jobs(2), 1_000_000_000L);
        assertThat(board.admitWorker()).isTrue();
        board.noWorker(new OutOfMemoryError("unable to create native thread"));
        ticker.advance(Duration.ofMillis(10));
        assertThat(board.look().wanted()).as("tries again").isEqualTo(2);
        ticker.advance(Duration.ofSeconds(1));

        List<StepResult> ended = board.look().ended();
        assertThat(ended).hasSize(2);
        assertThat(ended.get(0).outcome()).isEqualTo(Outcome.SKIPPED);
        assertThat(ended.get(0).detail()).contains("no thread could be started for it: java.lang.OutOfMemoryError");
        assertThat(board.look()).isNull();
    }

    @Test
    void workerOfAnInterruptedJobTakesNoOther() {
        board.begin(jobs(2), 5_000_000_000L);
        board.admitWorker();
        ReleaseTask job = board.take(Thread.currentThread());
        ticker.advance(LIMIT);
        assertThat(board.timeIsUp(List.of(job), stood(List.of(job)))).containsExactly(Thread.currentThread());
        assertThat(board.mayGoOn(job, new ReleaseTask.Ending(null, ""))).isFalse();
        assertThat(board.timeIsUp(List.of(job), stood(List.of(job)))).isEmpty();
        assertThat(job.result().outcome()).isEqualTo(Outcome.TIMED_OUT);
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

    private List<UnfinishedWork> stood(List<ReleaseTask> jobs) {
        return jobs.stream().map(job -> job.snapshot(ticker.nanoTime(), false)).toList();
    }

    private List<ReleaseTask> jobs(int count) {
        List<ReleaseTask> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(new ReleaseTask(
                    ResourceRegistration.of(new Probe("r" + i, 1, () -> {}), LIMIT), ticker.nanoTime()));
        }
        return jobs;
    }
}
