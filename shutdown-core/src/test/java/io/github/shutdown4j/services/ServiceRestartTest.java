package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.trigger.ShutdownReason;

import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static io.github.shutdown4j.testing.ServiceTesting.reasonOf;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class ServiceRestartTest {

    private final FakeTicker ticker = new FakeTicker();
    private final AtomicInteger runs = new AtomicInteger();
    private final List<Thread> startersBefore = OwnThreads.threadsNamed("shutdown4j-services-start");

    private final Service flaky = context -> {
        int run = runs.incrementAndGet();
        context.ready();
        throw new IllegalStateException("run " + run);
    };

    private ServiceGroup group(Service service, RestartPolicy policy) {
        ServiceGroup group = new ServiceGroupBuilder(ticker)
                .add("flaky", service, ServicePolicy.critical().withRestart(policy))
                .build();
        group.start();
        return group;
    }

    private static RestartPolicy quick(int restarts) {
        return RestartPolicy.upTo(restarts, Duration.ofMinutes(1))
                .withBackoff(Duration.ofMillis(10), Duration.ofMillis(40), 2);
    }

    private void runsAfter(int count, Duration wait) throws Exception {
        // The thread of the start sleeps too, until it has seen that all are ready.
        eventually(() -> startersBefore.containsAll(OwnThreads.threadsNamed("shutdown4j-services-start")));
        eventually(() -> ticker.sleepers() == 1);
        assertThat(runs).hasValue(count - 1);
        ticker.advanceWakingNone(wait.minusNanos(1));
        assertThat(runs).hasValue(count - 1);
        ticker.advance(Duration.ofNanos(1));
        eventually(() -> runs.get() == count);
    }

    @Test
    @DisplayName("scenario 37: the waits between restarts grow, take no processor, and end at the stop")
    void restartsBackOffAndTheStopEndsTheWait() throws Exception {
        ServiceGroup group = group(flaky, quick(100));
        eventually(() -> runs.get() == 1);
        runsAfter(2, Duration.ofMillis(10));
        runsAfter(3, Duration.ofMillis(20));
        runsAfter(4, Duration.ofMillis(40));
        runsAfter(5, Duration.ofMillis(40));
        eventually(() -> group.state("flaky") == ServiceState.RESTARTING);
        assertThat(group.notReady()).containsExactly("flaky");
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
        // The clock stands still, so nothing but the request to stop can end the wait.
        assertThat(group.stop(SECONDS_10)).singleElement().satisfies(step -> {
            assertThat(step.outcome()).isEqualTo(Outcome.DONE);
            assertThat(step.detail()).contains("was not running", "run 5");
        });
        assertThat(runs).hasValue(5);
        assertThat(group.state("flaky")).isEqualTo(ServiceState.ENDED);
    }

    @Test
    @DisplayName("scenario 37: a wait between restarts is one sleep, and the stop ends it")
    void aWaitBetweenRestartsIsOneSleep() throws Exception {
        AtomicInteger sleeps = new AtomicInteger();
        Ticker counting = new Ticker() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
                if (Thread.currentThread().getName().equals("shutdown4j-service-flaky")) {
                    sleeps.incrementAndGet();
                }
                Ticker.system().await(lock, condition, nanos);
            }
        };
        RestartPolicy policy =
                RestartPolicy.unlimited().withBackoff(Duration.ofMillis(10), Duration.ofHours(1), 360_000);
        ServiceGroup group = new ServiceGroupBuilder(counting)
                .add("flaky", flaky, ServicePolicy.critical().withRestart(policy))
                .build();
        group.start();
        eventually(() -> runs.get() == 2
                && group.state("flaky") == ServiceState.RESTARTING
                && OwnThreads.threadsNamed("shutdown4j-service-flaky").stream()
                        .anyMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
        int before = sleeps.get();
        TimeUnit.MILLISECONDS.sleep(200); // long enough to catch a thread that polls
        assertThat(sleeps).hasValue(before);
        long stopAt = System.nanoTime();
        group.stop(Duration.ofSeconds(100));
        assertThat(Duration.ofNanos(System.nanoTime() - stopAt)).isLessThan(Duration.ofSeconds(50));
        assertThat(runs).hasValue(2);
    }

    @Test
    @DisplayName("scenario 38: a failure beyond the maximum number of restarts is the reason")
    void tooManyRestartsAreTheReason() throws Exception {
        ServiceGroup group = group(flaky, quick(2));
        eventually(() -> runs.get() == 1);
        runsAfter(2, Duration.ofMillis(10));
        runsAfter(3, Duration.ofMillis(20));
        var reason = (ShutdownReason.ServiceFailed) reasonOf(group);
        assertThat(reason.service()).isEqualTo("flaky");
        assertThat(reason.cause()).hasMessage("run 3");
        assertThat(group.stop(SECONDS_10)).singleElement().satisfies(step -> assertThat(step.outcome())
                .isEqualTo(Outcome.FAILED));
        assertThat(runs).hasValue(3);
    }

    @Test
    void anEndIsNoFailureAndIsNotFollowedByARestart() throws Exception {
        ServiceGroup group = group(
                context -> {
                    runs.incrementAndGet();
                    context.ready();
                },
                quick(5));
        eventually(() -> group.state("flaky") == ServiceState.ENDED);
        eventually(() -> ticker.sleepers() == 0);
        group.stop(SECONDS_10);
        assertThat(runs).hasValue(1);
    }

    @Test
    void aServiceThatNeverBecomesReadyIsLateDespiteItsRestarts() throws Exception {
        ServiceGroup group = new ServiceGroupBuilder(ticker)
                .add(
                        "db",
                        context -> {
                            throw new IllegalStateException("run " + runs.incrementAndGet());
                        },
                        ServicePolicy.critical()
                                .withRestart(RestartPolicy.unlimited()
                                        .withBackoff(Duration.ofSeconds(4), Duration.ofSeconds(4), 1)))
                .startTimeout(Duration.ofSeconds(5))
                .build();
        group.start();
        ticker.awaitSleepers(2);
        ticker.advance(Duration.ofSeconds(4));
        eventually(() -> runs.get() == 2);
        ticker.awaitSleepers(2);
        ticker.advance(Duration.ofSeconds(1));
        var reason = (ShutdownReason.ServiceFailed) reasonOf(group);
        assertThat(reason.cause())
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("waiting to be restarted")
                .hasCauseInstanceOf(IllegalStateException.class);
        group.stop(SECONDS_10);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aServiceStoppedBetweenItsFirstFailuresHadNotBecomeReady() throws Exception {
        ServiceGroup group = group(
                context -> {
                    throw new IllegalStateException("no broker");
                },
                quick(100));
        eventually(() -> group.state("flaky") == ServiceState.RESTARTING);
        assertThat(group.stop(SECONDS_10)).singleElement().satisfies(step -> {
            assertThat(step.outcome()).isEqualTo(Outcome.DONE);
            assertThat(step.detail()).contains("had not become ready", "no broker");
        });
    }

    @Test
    void theContextOfARunThatIsOverSeesItselfStopping() throws Exception {
        List<ServiceContext> contexts = new CopyOnWriteArrayList<>();
        List<String> calls = new CopyOnWriteArrayList<>();
        ServiceGroup group = group(
                context -> {
                    contexts.add(context);
                    context.onStop(() -> calls.add("run " + contexts.size()));
                    if (contexts.size() == 1) {
                        throw new IllegalStateException("first");
                    }
                    contexts.get(0).ready(); // does nothing: it is over
                    context.awaitStop();
                },
                quick(5));
        eventually(() -> group.state("flaky") == ServiceState.RESTARTING);
        ticker.awaitSleepers(2);
        ticker.advance(Duration.ofMillis(10));
        eventually(() -> contexts.size() == 2);
        assertThat(contexts.get(0).isStopping()).isTrue();
        assertThat(contexts.get(1).isStopping()).isFalse();
        assertThat(group.state("flaky")).isEqualTo(ServiceState.STARTING);
        group.stop(SECONDS_10);
        assertThat(calls).containsExactly("run 2");
    }

    @Test
    void othersRunOnWhileOneIsRestarted() throws Exception {
        ServiceGroup group = new ServiceGroupBuilder(ticker)
                .add("web", untilStopped())
                .add("flaky", flaky, ServicePolicy.critical().withRestart(quick(100)))
                .build();
        group.start();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        eventually(() -> group.state("flaky") == ServiceState.RESTARTING);
        assertThat(group.state("web")).isEqualTo(ServiceState.READY);
        group.stop(SECONDS_10);
    }
}
