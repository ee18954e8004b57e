package io.github.shutdown4j.services;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;

/** The time that the stop of a group gives to each service, and what happens when it is over. */
@Timeout(180)
class ServiceStopTimeTest extends ServiceStopFixture {

    @Test
    @DisplayName("scenario 40: a service that ignores the interrupt is abandoned and reported with its stack")
    void aHangingServiceIsInterruptedThenAbandoned() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        ServiceGroup group = started(builder().add("stuck", context -> {
            context.ready();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }
        }));
        var stop = stopping(group, SECONDS_10);
        ticker.awaitSleepers(1);
        ticker.advanceWakingNone(Duration.ofMillis(8_999));
        assertThat(interrupted.getCount()).isEqualTo(1);
        ticker.advance(Duration.ofMillis(1));
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        ticker.awaitSleepers(1);
        ticker.advanceWakingNone(Duration.ofMillis(999));
        assertThat(stop).isNotDone();
        ticker.advance(Duration.ofMillis(1));
        StepResult step = step(stop.get(60, TimeUnit.SECONDS), "stuck");
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.elapsed()).isEqualTo(SECONDS_10);
        assertThat(step.unfinished()).singleElement().satisfies(work -> {
            assertThat(work.name()).isEqualTo("service 'stuck'");
            assertThat(work.thread()).contains("shutdown4j-service-stuck");
            assertThat(work.stack()).anyMatch(frame -> frame.getClassName()
                    .startsWith(getClass().getName()));
        });
        assertThat(group.unfinishedCount()).isEqualTo(1);
        assertThat(group.unfinished(10)).hasSize(1);
        release.countDown();
        eventually(() -> group.unfinishedCount() == 0);
    }

    @Test
    void aServiceIsInterruptedWhenAFifthOfItsTimeRemains() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        ServiceGroup group = started(builder().add("deaf", context -> {
            context.ready();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        }));
        var stop = stopping(group, Duration.ofSeconds(2));
        ticker.awaitSleepers(1);
        ticker.advanceWakingNone(Duration.ofMillis(1_599));
        assertThat(interrupted.getCount()).isEqualTo(1);
        ticker.advance(Duration.ofMillis(1));
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(step(stop.get(60, TimeUnit.SECONDS), "deaf").elapsed()).isEqualTo(Duration.ofMillis(1_600));
    }

    @Test
    void aChannelThatIsClosedByAnotherInterruptThanThatOfTheStopIsAFailure() throws Exception {
        ServiceGroup group = started(builder().add("reader", context -> {
            context.ready();
            context.awaitStop();
            throw new ClosedByInterruptException();
        }));
        StepResult step = step(stopping(group, SECONDS_10).get(60, TimeUnit.SECONDS), "reader");
        assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aServiceThatEndsOnlyWhenInterruptedHasTimedOut() throws Exception {
        ServiceGroup group = started(builder().add("deaf", context -> {
            context.ready();
            release.await();
        }));
        var stop = stopping(group, SECONDS_10);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(9));
        StepResult step = step(stop.get(60, TimeUnit.SECONDS), "deaf");
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).contains("interrupted");
        assertThat(step.elapsed()).isEqualTo(Duration.ofSeconds(9));
        assertThat(step.unfinished()).isEmpty();
    }

    @Test
    void eachLayerOfServicesGetsItsShareOfTheTime() throws Exception {
        ServiceGroup group = started(builder()
                .add("db", hanging())
                .add("jobs", hanging(), ServicePolicy.critical().withAfter("db"))
                .add("web", hanging(), ServicePolicy.critical().withAfter("jobs"))
                .add("alone", hanging()));
        var stop = stopping(group, Duration.ofSeconds(9));
        for (int halfSecond = 0; halfSecond < 18; halfSecond++) {
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofMillis(500));
        }
        List<StepResult> steps = stop.get(60, TimeUnit.SECONDS);
        assertThat(steps).allMatch(step -> step.outcome() == Outcome.TIMED_OUT);
        assertThat(step(steps, "web").startedAfter()).isZero();
        assertThat(step(steps, "web").elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(step(steps, "jobs").startedAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(step(steps, "jobs").elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(step(steps, "db").startedAfter()).isEqualTo(Duration.ofSeconds(6));
        assertThat(step(steps, "db").elapsed()).isEqualTo(Duration.ofSeconds(3));
        assertThat(step(steps, "alone").elapsed()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void timeThatADependantLeavesOverGoesToTheNext() throws Exception {
        ServiceGroup group = started(builder()
                .add("migration", context -> {})
                .add("db", hanging(), ServicePolicy.critical().withAfter("migration"))
                .add("web", untilStopped(), ServicePolicy.critical().withAfter("db")));
        var stop = stopping(group, SECONDS_10);
        eventually(() -> group.state("db") == ServiceState.STOPPING);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(9));
        assertThat(stop).isNotDone();
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        List<StepResult> steps = stop.get(60, TimeUnit.SECONDS);
        assertThat(step(steps, "web").outcome()).isEqualTo(Outcome.DONE);
        assertThat(step(steps, "db").elapsed()).isEqualTo(SECONDS_10);
        assertThat(step(steps, "migration").outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void aZeroTimeoutStillNotifiesAndInterruptsAllServices() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(2);
        Service deaf = context -> {
            context.ready();
            try {
                release.await();
            } finally {
                interrupted.countDown();
            }
        };
        ServiceGroup group = started(
                builder().add("a", deaf).add("b", deaf, ServicePolicy.critical().withAfter("a")));
        assertThat(group.stop(Duration.ZERO)).hasSize(2).allMatch(step -> step.outcome() == Outcome.TIMED_OUT);
        assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** No service ends before a hundred are stopping, and the stores stop after the servers. */
    @Test
    void manyServicesStopTogether() throws Exception {
        ServiceGroupBuilder builder = new ServiceGroupBuilder(Ticker.system());
        CyclicBarrier stores = new CyclicBarrier(100);
        CyclicBarrier servers = new CyclicBarrier(100);
        for (int i = 0; i < 100; i++) {
            builder.add("store " + i, stoppingWith(stores));
            builder.add(
                    "server " + i,
                    stoppingWith(servers),
                    ServicePolicy.critical().withAfter("store " + i));
        }
        ServiceGroup group = builder.build();
        group.start();
        assertThat(group.awaitReady(Duration.ofMinutes(1))).isTrue();
        assertThat(group.stop(Duration.ofMinutes(1))).hasSize(200).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    private static Service stoppingWith(CyclicBarrier others) {
        return context -> {
            context.ready();
            context.awaitStop();
            others.await();
        };
    }
}
