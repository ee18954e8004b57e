package io.github.shutdown4j;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.config.ShutdownConfigBuilder;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeClock;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShutdownReason;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** Whether the end of the process is announced before it begins, depending on who can have sent work to it. */
@Timeout(180)
class CoordinatorAnnounceTest extends CoordinatorHardshipFixture {

    private static final Duration DELAY = ofSeconds(2);

    /** The announcement lasts until the test advances it, however slow the machine is. */
    @RegisterExtension
    final FakeClock clock = new FakeClock();

    private ConnectionTracker tracker;

    @BeforeEach
    void createTracker() {
        tracker = ConnectionTracker.create("work");
    }

    private ShutdownCoordinatorBuilder announcing() {
        return announcing(within(ofSeconds(12)).announceDelay(DELAY));
    }

    private ShutdownCoordinatorBuilder announcing(ShutdownConfigBuilder config) {
        return ShutdownCoordinator.builder().embedded().config(config.build()).tracker(tracker);
    }

    private static void assertAnnounced(ShutdownReport report, boolean expected) {
        assertThat(phase(report, ShutdownPhase.ANNOUNCE).elapsed()).isEqualTo(expected ? DELAY : Duration.ZERO);
    }

    private ShutdownReport advanceUntilFinished(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.trigger().await(); // in real time
        return clock.advanceUntilFinished(coordinator);
    }

    private ShutdownReport advanceUntilReturned(Callable<ShutdownReport> run) throws Exception {
        FutureTask<ShutdownReport> returned = Background.onThread(run);
        clock.advanceUntil(returned::isDone);
        return returned.get();
    }

    @Test
    void serviceThatFailsBeforeAllAreReadyEndsTheProcessWithoutTheDelay() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("database", context -> {
                    throw new IOException("no database");
                })
                .build();
        coordinator.start();
        ShutdownReport report = coordinator.await();
        assertThat(report.reason()).isInstanceOf(ShutdownReason.ServiceFailed.class);
        assertAnnounced(report, false);
    }

    @Test
    void serviceThatFailsLaterIsAnnounced() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("jobs", context -> {
                    context.ready();
                    release.await();
                    throw new IOException("no broker any more");
                })
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        release.countDown();
        assertAnnounced(advanceUntilFinished(coordinator), true);
    }

    @Test
    void exitOfTheJvmIsNotDelayed() throws Exception {
        ShutdownCoordinator coordinator =
                announcing().service("jobs", Service.of(() -> {}, () -> {})).build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown(new ShutdownReason.JvmExiting());
        assertAnnounced(coordinator.await(), false);
    }

    @Test
    void requestDuringTheStartIsNotDelayed() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("slow", Service.of(() -> release.await(), () -> {}))
                .build();
        coordinator.start();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertAnnounced(report, false);
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void requestDuringTheStartOfAProcessThatHasWorkAlreadyIsAnnounced() throws Exception {
        ShutdownCoordinator coordinator = announcing()
                .service("slow", Service.of(() -> release.await(), () -> {}))
                .build();
        coordinator.start();
        tracker.acquire().close();
        coordinator.shutdown("the test");
        assertAnnounced(advanceUntilFinished(coordinator), true);
    }

    @Test
    void startUpThatFailsIsAnnouncedOnlyIfWorkHasCome() throws Exception {
        assertAnnounced(
                announcing().build().run(() -> {
                    throw new IOException("port in use");
                }),
                false);
        ConnectionTracker used = ConnectionTracker.create("used");
        ShutdownCoordinator serving = announcing().tracker(used).build();
        assertAnnounced(
                advanceUntilReturned(() -> serving.run(() -> {
                    serving.awaitReady(ofSeconds(60));
                    used.acquire().close();
                    throw new IOException("no cache");
                })),
                true);
    }

    @Test
    void announceDelayIsWaitedForAndServesOn() throws Exception {
        ShutdownCoordinator coordinator = announcing().build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        assertThat(coordinator.health().isReady()).isFalse();
        tracker.acquire().close();
        ShutdownReport report = clock.advanceUntilFinished(coordinator);
        assertAnnounced(report, true);
        assertThat(phase(report, ShutdownPhase.ANNOUNCE).budget()).isEqualTo(DELAY);
        assertThat(report.isClean()).isTrue();
    }

    @Test
    void trackersAreNotifiedWhileTheyStillAcceptWork() throws Exception {
        CountDownLatch announcing = new CountDownLatch(1);
        ShutdownCoordinator coordinator = announcing()
                .listener(new ShutdownListener() {
                    @Override
                    public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
                        if (phase == ShutdownPhase.ANNOUNCE) {
                            announcing.countDown();
                        }
                    }
                })
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue(); // otherwise there is nobody to announce it to
        assertThat(tracker.isShutdownAnnounced()).isFalse();
        coordinator.shutdown();
        Probe.await(announcing);
        assertThat(tracker.isShutdownAnnounced()).isTrue();
        assertThat(tracker.tryAcquire()).get().satisfies(ConnectionGuard::close);
        assertThat(clock.advanceUntilFinished(coordinator).isClean()).isTrue();
    }

    @Test
    void announceDelayServesOnAndEndsEarlyOnceItIsQuiet() throws Exception {
        ShutdownCoordinator coordinator = announcing(
                        within(ofSeconds(12)).announceDelay(ofSeconds(8)).announceQuiet(ofMillis(1_500)))
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        assertThat(coordinator.health().isReady()).isFalse();
        for (int i = 0; i < 3; i++) {
            clock.advance(ofMillis(1_000));
            tracker.acquire().close(); // refused from the stop on, so this is still before it
        }
        ShutdownReport report = clock.advanceUntilFinished(coordinator);
        assertThat(phase(report, ShutdownPhase.ANNOUNCE).elapsed())
                .isBetween(ofMillis(4_500), ofMillis(4_600)); // from the last request on
        assertThat(tracker.tryAcquire()).isEmpty();
    }
}
