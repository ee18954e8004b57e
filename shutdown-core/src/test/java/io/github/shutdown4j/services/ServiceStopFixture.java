package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.AfterEach;

import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;

import static io.github.shutdown4j.testing.Latches.ignoreInterrupts;
import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static org.assertj.core.api.Assertions.assertThat;

/** Common parts of the tests of stopping services. */
abstract class ServiceStopFixture {

    final FakeTicker ticker = new FakeTicker();
    /** Releases what a test has blocked. */
    final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    ServiceGroupBuilder builder() {
        return new ServiceGroupBuilder(ticker);
    }

    static ServiceGroup started(ServiceGroupBuilder builder) throws InterruptedException {
        ServiceGroup group = builder.build();
        group.start();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        return group;
    }

    static FutureTask<List<StepResult>> stopping(ServiceGroup group, Duration timeout) {
        return Background.onThread(() -> group.stop(timeout));
    }

    static StepResult step(List<StepResult> steps, String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findAny().orElseThrow();
    }

    Service hanging() {
        return context -> {
            context.ready();
            ignoreInterrupts(release);
        };
    }
}
