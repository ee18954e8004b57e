package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.services.ServiceGroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The schedule of a task, and its end. */
class CronTest {

    @Test
    @DisplayName("scenario 70: a running task is awaited, one that becomes due during the stop does not start")
    void cronEndsWithTheRunInFlight() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        Cron cron = new Cron(Duration.ofMillis(20), () -> {
            begun.incrementAndGet();
            go.await();
            ended.incrementAndGet();
        });
        CountDownLatch stopped = new CountDownLatch(1);
        ServiceGroup group = ServiceGroup.builder()
                .add("cron", context -> {
                    context.onStop(stopped::countDown);
                    cron.run(context);
                })
                .build();
        group.start();
        await().until(() -> begun.get() == 1);
        FutureTask<List<StepResult>> stop = new FutureTask<>(() -> group.stop(Duration.ofSeconds(30)));
        new Thread(stop).start();
        stopped.await();
        await().pollDelay(Duration.ofMillis(300)).until(() -> true); // fifteen pauses
        assertThat(stop.isDone()).isFalse();
        go.countDown();
        assertThat(stop.get(30, TimeUnit.SECONDS))
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.DONE);
        assertThat(begun).hasValue(1);
        assertThat(ended).hasValue(1);
    }

    @Test
    @DisplayName("scenario 42: an Error of a run neither ends the schedule nor goes unreported")
    void cronContinuesAfterAnError() throws Exception {
        CountDownLatch runs = new CountDownLatch(3);
        ServiceGroup group = ServiceGroup.builder()
                .add("cron", new Cron(Duration.ofMillis(10), () -> {
                    runs.countDown();
                    throw new StackOverflowError("the test");
                }))
                .build();
        group.start();
        assertThat(runs.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(group.stop(Duration.ofSeconds(10)))
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.DONE);
    }

    @Test
    @DisplayName("scenario 70: a run that does not end is interrupted at its limit")
    void cronIsInterruptedAtItsLimit() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        ServiceGroup group = ServiceGroup.builder()
                .add("cron", new Cron(Duration.ofMillis(20), () -> {
                    begun.countDown();
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                        throw e;
                    }
                }))
                .build();
        group.start();
        begun.await();
        List<StepResult> steps = group.stop(Duration.ofSeconds(1));
        assertThat(steps).extracting(StepResult::outcome).containsExactly(Outcome.TIMED_OUT);
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }
}
