package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Latches;

import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/** Callers of the stop of a group, and their influence on it. */
@Timeout(180)
class ServiceStopCallerTest extends ServiceStopFixture {

    @Test
    @DisplayName("scenario 8: a service that stops its group on its own thread gets an exception")
    void aServiceThatStopsItsOwnGroupIsRefused() throws Exception {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        AtomicReference<ServiceGroup> self = new AtomicReference<>();
        CountDownLatch go = new CountDownLatch(1);
        ServiceGroup group = started(builder().add("a", context -> {
            context.ready();
            go.await();
            refusal.complete(catchThrowable(() -> self.get().stop(SECONDS_10)));
            context.awaitStop();
        }));
        self.set(group);
        go.countDown();
        assertThat(refusal.get(60, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'a'");
        assertThat(group.stop(SECONDS_10)).singleElement().matches(step -> step.outcome() == Outcome.DONE);
    }

    /** As when a service requests the shutdown and no thread can be created for it. */
    @Test
    void aRefusedStopTellsAllServicesToStop() throws Exception {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        CountDownLatch otherStops = new CountDownLatch(1);
        AtomicReference<ServiceGroup> self = new AtomicReference<>();
        CountDownLatch go = new CountDownLatch(1);
        ServiceGroup group = started(builder()
                .add("other", context -> {
                    context.ready();
                    context.awaitStop();
                    otherStops.countDown();
                })
                .add(
                        "a",
                        context -> {
                            context.ready();
                            go.await();
                            refusal.complete(catchThrowable(() -> self.get().stop(SECONDS_10)));
                            context.awaitStop();
                        },
                        ServicePolicy.critical().withAfter("other")));
        self.set(group);
        go.countDown();
        assertThat(refusal.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        assertThat(otherStops.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(group.stop(SECONDS_10)).hasSize(2).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    @DisplayName("scenario 8: a service may have its group stopped by another thread and wait for that")
    void aServiceMayLetAnotherThreadStopTheGroup() throws Exception {
        AtomicReference<ServiceGroup> self = new AtomicReference<>();
        CompletableFuture<FutureTask<List<StepResult>>> stop = new CompletableFuture<>();
        CountDownLatch go = new CountDownLatch(1);
        ServiceGroup group = started(builder().add("a", context -> {
            context.ready();
            go.await();
            stop.complete(stopping(self.get(), SECONDS_10));
            context.awaitStop();
        }));
        self.set(group);
        go.countDown();
        assertThat(stop.get(60, TimeUnit.SECONDS).get())
                .singleElement()
                .matches(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    void aStopThatWaitsForALockIsReportedWithTheOwner() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch mayUnlock = new CountDownLatch(1);
        Thread owner = new Thread(
                () -> {
                    lock.lock();
                    held.countDown();
                    Latches.ignoreInterrupts(mayUnlock);
                    lock.unlock();
                },
                "the owner");
        owner.start();
        held.await();
        eventually(() -> owner.getState() == Thread.State.WAITING); // where its stack is to show it
        ServiceGroup group = started(builder().add("db", Service.of(() -> {}, lock::lock)));
        var stop = stopping(group, SECONDS_10);
        eventually(lock::hasQueuedThreads);
        ticker.awaitSleepers(1);
        long waits = ticker.waits();
        ticker.advance(Duration.ofSeconds(9));
        eventually(() -> ticker.waits() > waits); // after the interrupt
        ticker.advance(Duration.ofSeconds(1));
        StepResult step = stop.get(60, TimeUnit.SECONDS).get(0);
        mayUnlock.countDown();
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.unfinished()).anySatisfy(work -> {
            assertThat(work.name()).startsWith("owner of the lock java.util.concurrent.locks.ReentrantLock");
            assertThat(work.thread()).hasValue("the owner");
            assertThat(work.stack()).anyMatch(frame -> frame.getMethodName().equals("ignoreInterrupts"));
        });
    }

    @Test
    void aCallerInterruptedDuringTheStopHasNotifiedAllServices() throws Exception {
        CountDownLatch dbTold = new CountDownLatch(1);
        ServiceGroup group = started(builder()
                .add("db", context -> {
                    context.ready();
                    context.awaitStop();
                    dbTold.countDown();
                })
                .add("web", hanging(), ServicePolicy.critical().withAfter("db")));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> group.stop(SECONDS_10));
        assertThat(dbTold.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(group.state("web")).isEqualTo(ServiceState.STOPPING);
        release.countDown();
        assertThat(group.stop(SECONDS_10)).hasSize(2).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    void aStepCallbackCannotBreakTheStop() throws Exception {
        ServiceGroup group = started(builder().add("a", untilStopped()).add("b", untilStopped()));
        assertThat(group.stop(SECONDS_10, step -> {
                    throw new AssertionError("listener");
                }))
                .hasSize(2);
    }
}
