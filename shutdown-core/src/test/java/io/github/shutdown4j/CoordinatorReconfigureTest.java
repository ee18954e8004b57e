package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.config.ForceOn;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigException;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Limits that change while the process runs. */
@Timeout(180)
class CoordinatorReconfigureTest {

    private final ConnectionTracker requests = ConnectionTracker.create("requests");

    private ShutdownCoordinator coordinator(ShutdownConfig config) {
        return ShutdownCoordinator.builder()
                .embedded()
                .config(config)
                .tracker(requests)
                .build();
    }

    @Test
    void limitsThatAReloadHasReadHoldForTheShutdown() throws Exception {
        ShutdownCoordinator coordinator =
                coordinator(ShutdownConfig.builder().timeout(ofSeconds(600)).build());
        coordinator
                .reloader()
                .subscribe(
                        "limits",
                        () -> coordinator.reconfigure(ShutdownConfig.builder()
                                .timeout(ofSeconds(30))
                                .drainTimeout(Duration.ofMillis(100))
                                .forceOn(ForceOn.ANY)
                                .build()));
        coordinator.start();
        try (CapturedLogs logs = CapturedLogs.open()) {
            assertThat(coordinator
                            .reloader()
                            .reload("the test")
                            .toCompletableFuture()
                            .get()
                            .isClean())
                    .isTrue();
            assertThat(logs.texts(Level.INFO))
                    .contains(
                            "Shutdown: reconfigured, shutdown.timeout_secs: 600 -> 30, shutdown.drain_timeout_secs: 400 ->"
                                    + " 0.1, shutdown.stop_timeout_secs: 200 -> 10, shutdown.save_timeout_secs: 60 -> 3,"
                                    + " shutdown.force_on: \"interrupt\" -> \"any\"");
        }
        assertThat(coordinator.plan().worstCase()).isEqualTo(Duration.ofMillis(100)); // the drain alone
        requests.acquire();
        coordinator.shutdown();
        ShutdownReport report = coordinator.await();
        assertThat(report.phases().get(ShutdownPhase.DRAIN.ordinal()).outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(report.elapsed()).isBetween(Duration.ofMillis(100), ofSeconds(29));
    }

    @Test
    void whatCannotChangeIsRefusedByNameAndNothingHasChanged() throws Exception {
        ShutdownCoordinator coordinator =
                coordinator(ShutdownConfig.builder().timeout(ofSeconds(20)).build());
        coordinator.start();
        ShutdownConfig next = ShutdownConfig.builder()
                .timeout(ofSeconds(60))
                .forceQuit(false)
                .resourceTimeout(ofSeconds(5))
                .watchdogEnabled(true)
                .build();
        assertThatThrownBy(() -> coordinator.reconfigure(next))
                .isInstanceOfSatisfying(ShutdownConfigException.class, thrown -> assertThat(thrown.problems())
                        .extracting(ShutdownConfigException.Problem::text)
                        .containsExactly(
                                "builder: shutdown.resource_timeout_secs = 5: cannot change while the process runs, where it is"
                                        + " 6.666666666; restart the process to change it",
                                "builder: shutdown.force_quit = false: cannot change while the process runs, where it is true;"
                                        + " restart the process to change it",
                                "builder: shutdown.watchdog.enabled = true: cannot change while the process runs, where it is"
                                        + " false; restart the process to change it"));
        assertThat(coordinator.plan().worstCase())
                .isEqualTo(ofSeconds(20).minus(Duration.ofNanos(6_666_666_668L))); // the drain alone
        coordinator.shutdown();
        coordinator.await();
    }

    @Test
    void fixedSettingThatIsNoLongerMadeIsRefusedAsWell() throws Exception {
        ShutdownCoordinator coordinator = coordinator(
                ShutdownConfig.builder().resourceTimeout(ofSeconds(5)).build());
        coordinator.start();
        assertThatThrownBy(() -> coordinator.reconfigure(ShutdownConfig.defaults()))
                .isInstanceOf(ShutdownConfigException.class)
                .hasMessageContaining("default: shutdown.resource_timeout_secs = 10: cannot change");
        coordinator.shutdown();
        coordinator.await();
    }

    @Test
    void defaultThatFollowsTheTotalIsNoChangeOfWhatIsFixed() throws Exception {
        ShutdownCoordinator coordinator = coordinator(ShutdownConfig.defaults());
        coordinator.start();
        coordinator.reconfigure(ShutdownConfig.builder().timeout(ofSeconds(60)).build());
        assertThat(coordinator.plan().worstCase()).isEqualTo(ofSeconds(40)); // the drain alone
        coordinator.shutdown();
        coordinator.await();
    }

    @Test
    void sameConfigurationIsNoNews() throws Exception {
        ShutdownCoordinator coordinator = coordinator(ShutdownConfig.defaults());
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.reconfigure(ShutdownConfig.defaults());
            assertThat(logs.texts(Level.INFO)).isEmpty();
        }
        assertThatThrownBy(() -> coordinator.reconfigure(null)).hasMessage("config must not be null");
    }

    @Test
    void contradictionWithThePlatformIsWarnedOfAsAtTheStart() {
        ShutdownCoordinator coordinator = coordinator(ShutdownConfig.defaults());
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.reconfigure(
                    ShutdownConfig.builder().gracePeriod(ofSeconds(5)).build());
            List<String> warnings = logs.texts(Level.WARN);
            assertThat(warnings).isNotEmpty().allMatch(text -> text.startsWith("Shutdown plan: "));
        }
    }

    @Test
    void afterTheRequestItIsRefused() throws Exception {
        ShutdownCoordinator coordinator = coordinator(ShutdownConfig.defaults());
        coordinator.start();
        coordinator.shutdown();
        assertThatThrownBy(() -> coordinator.reconfigure(ShutdownConfig.defaults()))
                .isInstanceOf(ShuttingDownException.class)
                .hasMessage("the shutdown has begun, its limits cannot change any more");
        coordinator.await();
    }
}
