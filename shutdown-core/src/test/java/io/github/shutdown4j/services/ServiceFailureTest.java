package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.services.ServicePolicy.Reaction;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.trigger.ShutdownReason;

import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static io.github.shutdown4j.testing.ServiceTesting.failing;
import static io.github.shutdown4j.testing.ServiceTesting.reasonOf;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Services that fail, end, or are not ready in time. */
@Timeout(180)
class ServiceFailureTest {

    private final FakeTicker ticker = new FakeTicker();

    private ServiceGroupBuilder builder() {
        return new ServiceGroupBuilder(ticker);
    }

    @Test
    @DisplayName("scenario 34: an optional service fails, the others continue, the exit code is unaffected")
    void theOthersContinueWhenAnOptionalServiceFails() throws Exception {
        RuntimeException cause = new IllegalStateException("no metrics today");
        try (CapturedLogs logs = CapturedLogs.open()) {
            ServiceGroup group = builder()
                    .add("metrics", failing(cause), ServicePolicy.optional())
                    .add("exporter", untilStopped(), ServicePolicy.critical().withAfter("metrics"))
                    .build();
            group.start();
            assertThat(group.awaitReady(SECONDS_10)).isTrue();
            assertThat(group.state("metrics")).isEqualTo(ServiceState.FAILED);
            assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
            eventually(() -> !logs.texts(Level.WARN).isEmpty());
            assertThat(logs.texts(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("'metrics' failed", "no metrics today");
            List<StepResult> steps = group.stop(SECONDS_10);
            assertThat(steps).hasSize(2).allMatch(step -> step.outcome() == Outcome.DONE);
            assertThat(steps)
                    .filteredOn(step -> step.name().equals("metrics"))
                    .singleElement()
                    .satisfies(step -> assertThat(step.failure()).containsSame(cause));
            assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
        }
    }

    @Test
    @DisplayName("scenario 35: a critical service fails, which is the reason, and a failure")
    void theFailureOfACriticalServiceIsTheReason() throws Exception {
        Exception cause = new Exception("broker gone");
        CountDownLatch fail = new CountDownLatch(1);
        try (CapturedLogs logs = CapturedLogs.open()) {
            ServiceGroup group = builder()
                    .add("web", untilStopped())
                    .add("jobs", context -> {
                        context.ready();
                        fail.await();
                        throw cause;
                    })
                    .build();
            group.start();
            assertThat(group.awaitReady(SECONDS_10)).isTrue();
            fail.countDown();
            ShutdownReason reason = reasonOf(group);
            assertThat(reason).isEqualTo(new ShutdownReason.ServiceFailed("jobs", cause));
            assertThat(reason.isFailure()).isTrue();
            // Logged after the reason is published, so that a logger that blocks cannot delay it.
            await().untilAsserted(() -> assertThat(logs.texts(Level.ERROR))
                    .singleElement()
                    .asString()
                    .contains("'jobs' failed", "broker gone"));
            assertThat(group.stop(SECONDS_10))
                    .satisfiesExactlyInAnyOrder(web -> assertThat(web.outcome()).isEqualTo(Outcome.DONE), jobs -> {
                        assertThat(jobs.outcome()).isEqualTo(Outcome.FAILED);
                        assertThat(jobs.failure()).containsSame(cause);
                    });
        }
    }

    @Test
    @DisplayName("scenario 36: two services fail at once; one is the reason, both are reported")
    void ofTwoFailuresOneIsTheReasonAndBothAreReported() throws Exception {
        CountDownLatch together = new CountDownLatch(2);
        Service failing = context -> {
            together.countDown();
            together.await();
            throw new IllegalStateException("failure of " + context.name());
        };
        try (CapturedLogs logs = CapturedLogs.open()) {
            ServiceGroup group = builder().add("a", failing).add("b", failing).build();
            group.start();
            var reason = (ShutdownReason.ServiceFailed) reasonOf(group);
            // Before the stop: a failure during it is in the report only.
            eventually(() -> logs.lines().stream()
                            .filter(line -> line.text().contains("' failed"))
                            .count()
                    == 2);
            List<StepResult> steps = group.stop(SECONDS_10);
            assertThat(steps).allMatch(step -> step.outcome() == Outcome.FAILED);
            assertThat(steps)
                    .extracting(step -> step.failure().orElseThrow().getMessage())
                    .containsExactlyInAnyOrder("failure of a", "failure of b")
                    .contains(reason.cause().getMessage());
        }
    }

    @Test
    @DisplayName("scenario 42: an Error of a service is a failure like any other")
    void anErrorIsAFailure() throws Exception {
        for (Error error : List.of(new OutOfMemoryError("test"), new StackOverflowError(), new AssertionError("x"))) {
            ServiceGroup group = builder()
                    .add("other", untilStopped())
                    .add("hungry", context -> {
                        throw error;
                    })
                    .build();
            group.start();
            assertThat(reasonOf(group)).isEqualTo(new ShutdownReason.ServiceFailed("hungry", error));
            assertThat(group.stop(SECONDS_10))
                    .filteredOn(step -> step.name().equals("hungry"))
                    .singleElement()
                    .satisfies(step -> assertThat(step.failure()).containsSame(error));
        }
    }

    @Test
    @DisplayName("scenario 42: a real stack overflow")
    void aRealStackOverflowIsAFailure() throws Exception {
        ServiceGroup group = builder().add("deep", context -> depth(0)).build();
        group.start();
        var reason = (ShutdownReason.ServiceFailed) reasonOf(group);
        assertThat(reason.cause()).isInstanceOf(StackOverflowError.class);
        group.stop(SECONDS_10);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int depth(int n) {
        return depth(n + 1) + 1;
    }

    @Test
    void aFailureThatCannotEvenBeLoggedIsTheReasonAllTheSame() throws Exception {
        Exception unspeakable = new Exception("unspeakable") {
            @Override
            public void printStackTrace(java.io.PrintWriter out) {
                throw new OutOfMemoryError("while logging");
            }
        };
        ServiceGroup group = builder().add("a", failing(unspeakable)).build();
        group.start();
        assertThat(reasonOf(group)).isEqualTo(new ShutdownReason.ServiceFailed("a", unspeakable));
        assertThat(group.stop(SECONDS_10)).singleElement().matches(step -> step.outcome() == Outcome.FAILED);
    }

    @Test
    @DisplayName("scenario 39: a service with onEnd(SHUTDOWN) ends")
    void theEndOfASignificantServiceIsAReasonAndNoFailure() throws Exception {
        ServiceGroup group = builder()
                .add("web", untilStopped())
                .add("batch", ServiceContext::ready, ServicePolicy.critical().withOnEnd(Reaction.SHUTDOWN))
                .build();
        group.start();
        ShutdownReason reason = reasonOf(group);
        assertThat(reason).isEqualTo(new ShutdownReason.ServiceEnded("batch"));
        assertThat(reason.isFailure()).isFalse();
        assertThat(group.stop(SECONDS_10))
                .filteredOn(step -> step.name().equals("batch"))
                .singleElement()
                .satisfies(step -> {
                    assertThat(step.outcome()).isEqualTo(Outcome.DONE);
                    assertThat(step.detail()).isEqualTo("had ended before");
                });
    }

    @Test
    @DisplayName("scenario 39: the end of an ordinary service has no effect")
    void theEndOfAnOrdinaryServiceIsNoReason() throws Exception {
        ServiceGroup group = builder()
                .add("web", untilStopped())
                .add("warmup", ServiceContext::ready)
                .build();
        group.start();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        eventually(() -> group.state("warmup") == ServiceState.ENDED);
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
        assertThat(group.stop(SECONDS_10)).hasSize(2).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
    }

    @Test
    void aServiceThatIsNotReadyInTimeIsTheReason() throws Exception {
        ServiceGroup group = builder()
                .add("postgres", ServiceFailureTest::waitForADatabaseThatNeverComes)
                .add("web", untilStopped(), ServicePolicy.critical().withAfter("postgres"))
                .startTimeout(Duration.ofSeconds(5))
                .build();
        group.start();
        ticker.awaitSleepers(1);
        eventually(() -> OwnThreads.threadsNamed("shutdown4j-service-postgres").stream()
                .flatMap(thread -> Stream.of(thread.getStackTrace()))
                .anyMatch(frame -> frame.getMethodName().equals("waitForADatabaseThatNeverComes")));
        ticker.advanceWakingNone(Duration.ofMillis(4_999));
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
        ticker.advance(Duration.ofMillis(1));
        var reason = (ShutdownReason.ServiceFailed) reasonOf(group);
        assertThat(reason.service()).isEqualTo("postgres");
        assertThat(reason.cause())
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("postgres")
                .hasMessageContaining("5 s");
        assertThat(reason.cause().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("waitForADatabaseThatNeverComes"));
        assertThat(group.stop(SECONDS_10))
                .satisfiesExactly(web -> assertThat(web.detail()).isEqualTo("was not started"), postgres -> {
                    assertThat(postgres.outcome()).isEqualTo(Outcome.FAILED);
                    assertThat(postgres.failure()).containsSame(reason.cause());
                });
    }

    private static void waitForADatabaseThatNeverComes(ServiceContext context) throws InterruptedException {
        context.awaitStop();
    }

    @Test
    void theGroupDoesNotWaitForAnOptionalServiceThatIsLate() throws Exception {
        ServiceGroup group = builder()
                .add("cache", ServiceContext::awaitStop, ServicePolicy.optional())
                .add("web", untilStopped(), ServicePolicy.critical().withAfter("cache"))
                .startTimeout(Duration.ofSeconds(5))
                .build();
        group.start();
        ticker.awaitSleepers(1);
        assertThat(group.state("web")).isEqualTo(ServiceState.WAITING);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        assertThat(group.stop(SECONDS_10)).hasSize(2).allMatch(step -> step.outcome() == Outcome.DONE);
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
    }

    @Test
    @DisplayName("scenario 8: a reason's listener may stop the group on the failed service's thread")
    void theGroupCanBeStoppedFromWithinTheReason() throws Exception {
        ServiceGroup group = builder()
                .add("web", untilStopped())
                .add("jobs", failing(new Exception("gone")))
                .build();
        var stopped = group.whenShutdownRequested().thenApply(reason -> {
            try {
                return group.stop(SECONDS_10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        group.start();
        assertThat(stopped.toCompletableFuture().get(60, TimeUnit.SECONDS)).hasSize(2);
    }
}
