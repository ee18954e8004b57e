package io.github.shutdown4j.services;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.testing.ServiceTesting;

import static io.github.shutdown4j.testing.Latches.ignoreInterrupts;
import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(180)
class ServiceGroupStopTest extends ServiceStopFixture {

    @Test
    void startAndStopOfAServerRunOnTheSameThread() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        ServiceGroup group = started(builder()
                .add(
                        "http",
                        Service.of(
                                () -> calls.add(
                                        "start on " + Thread.currentThread().getName()),
                                () -> calls.add(
                                        "stop on " + Thread.currentThread().getName()))));
        assertThat(calls).hasSize(1);
        assertThat(group.stop(SECONDS_10)).singleElement().satisfies(step -> assertThat(step.outcome())
                .isEqualTo(Outcome.DONE));
        assertThat(calls).containsExactly("start on shutdown4j-service-http", "stop on shutdown4j-service-http");
    }

    @Test
    void stopOfAServerIsNotCalledWhenItsStartFailed() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        ServiceGroup group = builder()
                .add(
                        "http",
                        Service.of(
                                () -> {
                                    throw new IOException("port in use");
                                },
                                () -> calls.add("stop")))
                .build();
        group.start();
        ServiceTesting.reasonOf(group);
        assertThat(group.stop(SECONDS_10)).singleElement().satisfies(step -> assertThat(step.failure())
                .containsInstanceOf(IOException.class));
        assertThat(calls).isEmpty();
    }

    @Test
    void aLoopFinishesItsPass() throws Exception {
        CountDownLatch inPass = new CountDownLatch(3);
        List<String> finished = new CopyOnWriteArrayList<>();
        ServiceGroup group = started(builder().add("loop", Service.loop(() -> {
            inPass.countDown();
            finished.add("pass");
        })));
        inPass.await();
        assertThat(group.stop(SECONDS_10)).singleElement().matches(step -> step.outcome() == Outcome.DONE);
        int passes = finished.size();
        assertThat(passes).isGreaterThanOrEqualTo(3);
    }

    @Test
    @DisplayName("scenario 6: the stop comes before the start is complete")
    void servicesThatWereNotReadyAreStoppedAndThoseNotStartedAreNoFailure() throws Exception {
        CountDownLatch connecting = new CountDownLatch(1);
        CountDownLatch connected = new CountDownLatch(1);
        List<String> calls = new CopyOnWriteArrayList<>();
        ServiceGroup group = builder()
                .add("first", untilStopped())
                .add(
                        "second",
                        Service.of(
                                () -> {
                                    connecting.countDown();
                                    ignoreInterrupts(connected);
                                    calls.add("second connected");
                                },
                                () -> calls.add("second stopped")))
                .add(
                        "third",
                        Service.of(() -> calls.add("third"), () -> {}),
                        ServicePolicy.critical().withAfter("second"))
                .build();
        group.start();
        connecting.await();
        eventually(() -> group.state("first") == ServiceState.READY);
        var stop = stopping(group, SECONDS_10);
        eventually(() -> group.state("second") == ServiceState.STOPPING);
        connected.countDown();
        List<StepResult> steps = stop.get(60, TimeUnit.SECONDS);
        assertThat(step(steps, "first").outcome()).isEqualTo(Outcome.DONE);
        assertThat(step(steps, "second").outcome()).isEqualTo(Outcome.DONE);
        assertThat(step(steps, "second").detail()).isEqualTo("had not become ready");
        assertThat(step(steps, "third").outcome()).isEqualTo(Outcome.DONE);
        assertThat(step(steps, "third").detail()).isEqualTo("was not started");
        assertThat(calls).containsExactly("second connected", "second stopped");
        assertThat(group.whenReady().toCompletableFuture()).isNotDone();
    }

    @Test
    void aStartThatHangsIsInterruptedAtTheRequestAndIsNoFailure() throws Exception {
        List<String> calls = new CopyOnWriteArrayList<>();
        CountDownLatch connecting = new CountDownLatch(1);
        ServiceGroup group = builder()
                .add(
                        "hanging",
                        Service.of(
                                () -> {
                                    connecting.countDown();
                                    try {
                                        release.await();
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException("cannot connect", e);
                                    }
                                },
                                () -> calls.add("stopped")))
                .build();
        group.start();
        connecting.await();
        StepResult step = step(stopping(group, SECONDS_10).get(60, TimeUnit.SECONDS), "hanging"); // no time has passed
        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEqualTo("had not become ready");
        assertThat(calls).isEmpty();
    }

    @Test
    void aStopIsNotReachedByTheInterruptThatIsMeantForTheStart() throws Exception {
        CountDownLatch connecting = new CountDownLatch(1);
        AtomicReference<Boolean> interrupted = new AtomicReference<>();
        ServiceGroup group = builder()
                .add(
                        "slow",
                        Service.of(
                                () -> {
                                    connecting.countDown();
                                    while (!Thread.currentThread().isInterrupted()) {
                                        Thread.onSpinWait();
                                    }
                                },
                                () -> interrupted.set(Thread.currentThread().isInterrupted())))
                .build();
        group.start();
        connecting.await();
        stopping(group, SECONDS_10).get(60, TimeUnit.SECONDS);
        assertThat(interrupted).hasValue(false);
    }

    @Test
    void dependantsAreStoppedBeforeWhatTheyComeAfter() throws Exception {
        List<String> stopped = new CopyOnWriteArrayList<>();
        ServiceGroupBuilder builder = builder();
        String[][] services = {{"db"}, {"cache"}, {"jobs", "db", "cache"}, {"web", "jobs"}};
        for (String[] service : services) {
            builder.add(
                    service[0],
                    Service.of(() -> {}, () -> stopped.add(service[0])),
                    ServicePolicy.critical()
                            .withAfter(
                                    List.of(service).subList(1, service.length).toArray(String[]::new)));
        }
        List<String> reported = new ArrayList<>();
        ServiceGroup group = started(builder);
        List<StepResult> steps = group.stop(SECONDS_10, step -> reported.add(step.name()));
        assertThat(stopped.subList(0, 2)).containsExactly("web", "jobs");
        assertThat(stopped).containsExactlyInAnyOrder("web", "jobs", "db", "cache");
        assertThat(reported.subList(0, 2)).containsExactly("web", "jobs");
        assertThat(steps.subList(0, 2)).extracting(StepResult::name).containsExactly("web", "jobs");
        assertThat(steps).hasSize(4);
    }

    @Test
    @DisplayName("scenario 36: a service that fails during the stop is reported and is no reason")
    void aFailureDuringTheStopHasItsStepAndIsNoReason() throws Exception {
        Exception cause = new IOException("flush failed");
        ServiceGroup group = started(builder().add("a", untilStopped()).add("b", Service.of(() -> {}, () -> {
            throw cause;
        })));
        List<StepResult> steps = group.stop(SECONDS_10);
        assertThat(step(steps, "a").outcome()).isEqualTo(Outcome.DONE);
        assertThat(step(steps, "b").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(step(steps, "b").failure()).containsSame(cause);
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
    }

    @Test
    void aServiceThatFailsBeforeItsTurnToStopIsReportedToo() throws Exception {
        CountDownLatch dbFails = new CountDownLatch(1);
        ServiceGroup group = started(builder()
                .add(
                        "db",
                        context -> {
                            context.ready();
                            dbFails.await();
                            throw new IOException("disk");
                        },
                        ServicePolicy.critical().withRestart(RestartPolicy.unlimited()))
                .add("web", hanging(), ServicePolicy.critical().withAfter("db")));
        var stop = stopping(group, SECONDS_10);
        eventually(() -> group.state("web") == ServiceState.STOPPING);
        assertThat(group.unfinished(10))
                .extracting(UnfinishedWork::name)
                .containsExactly("service 'web'", "service 'db', waiting for its turn to stop");
        dbFails.countDown();
        eventually(() -> group.state("db") == ServiceState.FAILED);
        release.countDown();
        assertThat(step(stop.get(60, TimeUnit.SECONDS), "db").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
    }

    @Test
    void anOptionalServiceMayFailItsStopButNotHang() throws Exception {
        ServiceGroup group = started(builder()
                .add(
                        "sloppy",
                        Service.of(() -> {}, () -> {
                            throw new IOException("never mind");
                        }),
                        ServicePolicy.optional())
                .add("stuck", hanging(), ServicePolicy.optional()));
        List<StepResult> steps = group.stop(Duration.ZERO);
        assertThat(step(steps, "stuck").outcome()).isEqualTo(Outcome.TIMED_OUT);
        release.countDown();
        steps = group.stop(SECONDS_10);
        assertThat(step(steps, "sloppy").outcome()).isEqualTo(Outcome.DONE);
        assertThat(step(steps, "sloppy").failure()).containsInstanceOf(IOException.class);
    }
}
