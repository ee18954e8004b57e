package io.github.shutdown4j.services;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

import static io.github.shutdown4j.testing.Latches.ignoreInterrupts;
import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;

/** The notification of a service of its stop. */
@Timeout(180)
class ServiceStopCallbacksTest extends ServiceStopFixture {

    @Test
    void stopCallbacksWakeWhatWaitsElsewhere() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            ServiceGroup group = started(builder()
                    .add("accept", context -> {
                        context.onStop(socket::close);
                        context.ready();
                        try {
                            socket.accept();
                        } catch (IOException e) {
                            if (!context.isStopping()) {
                                throw e;
                            }
                        }
                    })
                    .add("sleep", context -> {
                        Thread me = Thread.currentThread();
                        context.onStop(me::interrupt);
                        context.ready();
                        release.await();
                    }));
            assertThat(group.stop(SECONDS_10)).hasSize(2).allMatch(step -> step.outcome() == Outcome.DONE);
        }
    }

    @Test
    void aFailingStopCallbackSparesTheOthersAndFailsTheStep() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        ServiceGroup group = started(builder().add("a", context -> {
            context.onStop(() -> {
                calls.add("first");
                throw new IOException("first");
            });
            context.onStop(() -> calls.add("withdrawn")).close();
            context.onStop(() -> {
                calls.add("second");
                throw new AssertionError("second");
            });
            context.onStop(() -> calls.add("third"));
            context.ready();
            context.awaitStop();
        }));
        StepResult step = step(group.stop(SECONDS_10), "a");
        assertThat(calls).containsExactly("first", "second", "third");
        assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(step.failure().orElseThrow()).hasMessage("first");
        assertThat(step.failure().orElseThrow().getSuppressed()).singleElement().isInstanceOf(AssertionError.class);
    }

    @Test
    void aHangingStopCallbackIsReportedAndDelaysNoOther() throws Exception {
        ServiceGroup group = started(builder()
                .add("a", context -> {
                    context.onStop(() -> ignoreInterrupts(release));
                    context.ready();
                    context.awaitStop();
                })
                .add("b", untilStopped()));
        var stop = stopping(group, SECONDS_10);
        eventually(() -> group.state("b") == ServiceState.ENDED);
        eventually(() -> group.state("a") == ServiceState.ENDED);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(9));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        StepResult step = step(stop.get(60, TimeUnit.SECONDS), "a");
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.unfinished()).extracting(UnfinishedWork::name).containsExactly("stop callbacks of service 'a'");
    }

    @Test
    void aStopCallbackThatWaitsTooLongIsInterrupted() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        ServiceGroup group = started(builder().add("a", context -> {
            context.onStop(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            context.ready();
            context.awaitStop();
        }));
        var stop = stopping(group, SECONDS_10);
        eventually(() -> group.state("a") == ServiceState.ENDED);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(8_999));
        ticker.awaitSleepers(1);
        assertThat(interrupted.getCount()).isEqualTo(1);
        ticker.advance(Duration.ofMillis(1));
        StepResult step = step(stop.get(60, TimeUnit.SECONDS), "a");
        assertThat(interrupted.getCount()).isZero();
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).isEqualTo("ended only when it was interrupted");
    }

    @Test
    void aStopCallbackThatComesTooLateIsCalledAtOnce() throws Exception {
        AtomicReference<Thread> calledOn = new AtomicReference<>();
        ServiceGroup group = started(builder().add("a", context -> {
            context.ready();
            context.awaitStop();
            context.onStop(() -> calledOn.set(Thread.currentThread()));
        }));
        group.stop(SECONDS_10);
        assertThat(calledOn.get().getName()).isEqualTo("shutdown4j-service-a");
    }

    @Test
    void awaitStopWithATimeTellsWhetherItIsUp() throws Exception {
        List<Boolean> answers = new CopyOnWriteArrayList<>();
        ServiceGroup group = started(builder().add("a", context -> {
            context.ready();
            answers.add(context.awaitStop(Duration.ZERO));
            answers.add(context.awaitStop(Duration.ofSeconds(3)));
            answers.add(context.awaitStop(Duration.ofDays(100_000)));
        }));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(3));
        eventually(() -> answers.size() == 2);
        group.stop(SECONDS_10);
        assertThat(answers).containsExactly(false, false, true);
    }
}
