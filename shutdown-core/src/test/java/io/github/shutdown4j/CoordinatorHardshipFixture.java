package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigBuilder;
import io.github.shutdown4j.report.PhaseReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;

import static io.github.shutdown4j.testing.Latches.ignoreInterrupts;

/** Common parts of the tests of coordinators with misbehaving components. */
abstract class CoordinatorHardshipFixture {

    final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    static ShutdownConfigBuilder within(Duration timeout) {
        return ShutdownConfig.builder().timeout(timeout);
    }

    static ShutdownReport shutdown(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.start();
        coordinator.shutdown("the test");
        return coordinator.await();
    }

    static PhaseReport phase(ShutdownReport report, ShutdownPhase phase) {
        return report.phases().get(phase.ordinal());
    }

    /** Blocks until the end of the test and ignores interrupts. */
    void hang() {
        ignoreInterrupts(release);
    }
}
