package io.github.shutdown4j;

import java.time.Duration;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.FakeClock;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** A shutdown in which nothing ends. */
@Timeout(180)
class CoordinatorAllHangsTest extends CoordinatorHardshipFixture {

    @RegisterExtension
    final FakeClock clock = new FakeClock();

    @Test
    @DisplayName("services, resources, trackers and a listener all hang: the shutdown ends at the timeout")
    void everythingHangsAtOnce() throws Exception {
        ConnectionTracker one =
                ConnectionTracker.builder("one").details(GuardDetails.on()).build();
        ConnectionTracker two = ConnectionTracker.create("two");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(within(ofSeconds(3)).build())
                .tracker(one)
                .tracker(two)
                .services(ServiceGroup.builder()
                        .add("hung", context -> {
                            context.ready();
                            hang();
                        })
                        .add("other", context -> {
                            context.ready();
                            hang();
                        })
                        .build())
                .listener(new ShutdownListener() {
                    @Override
                    public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
                        hang();
                    }
                })
                .build();
        coordinator.resources().register(Resource.of("first", 1, this::hang));
        coordinator.resources().register(Resource.of("second", 1, this::hang));
        coordinator.resources().register(Resource.of("last", 2, this::hang));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        try (ConnectionGuard first = one.acquire("GET /");
                ConnectionGuard second = two.acquire()) {
            coordinator.shutdown("the test");
            ShutdownReport report = clock.advanceUntilFinished(coordinator);
            assertThat(first).isNotSameAs(second);
            assertThat(report.elapsed()).isBetween(ofMillis(2_000), ofMillis(3_100));
            assertThat(report.exitCode()).isEqualTo(1);
            assertThat(phase(report, ShutdownPhase.STOP).steps())
                    .extracting(StepResult::outcome)
                    .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT);
            assertThat(phase(report, ShutdownPhase.DRAIN).steps())
                    .extracting(StepResult::outcome)
                    .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT);
            assertThat(phase(report, ShutdownPhase.RELEASE).steps())
                    .hasSize(3)
                    .extracting(StepResult::outcome)
                    .isSubsetOf(Outcome.TIMED_OUT, Outcome.SKIPPED); // whether there is time for it
            assertThat(report.toText()).contains("GET /", "CoordinatorHardshipFixture.hang");
        }
    }
}
