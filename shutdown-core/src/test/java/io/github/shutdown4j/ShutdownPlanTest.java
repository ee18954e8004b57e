package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.ShutdownPlan.PlannedPhase;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigBuilder;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.services.ServicePolicy;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class ShutdownPlanTest {

    private static final Service NOTHING = Service.of(() -> {}, () -> {});
    private static final Resource AFTER_A_MISSING_ONE =
            Resource.of("database", () -> {}).withAfter("disk");

    private static ShutdownCoordinatorBuilder coordinator(ShutdownConfigBuilder config) {
        return ShutdownCoordinator.builder().config(config.build());
    }

    private static Duration limit(ShutdownPlan plan, ShutdownPhase phase) {
        return plan.phases().get(phase.ordinal()).limit();
    }

    private static ConnectionTracker http() {
        return ConnectionTracker.create("http");
    }

    @Test
    void theStartTimesOfAChainAddUp() {
        ShutdownPlan plan = coordinator(ShutdownConfig.builder().startTimeout(ofSeconds(60)))
                .services(ServiceGroup.builder()
                        .add("web", NOTHING, ServicePolicy.critical().withAfter("redis", "mail"))
                        .add("redis", NOTHING, ServicePolicy.critical().withAfter("postgres"))
                        .add("mail", NOTHING)
                        .add("postgres", NOTHING)
                        .build())
                .build()
                .plan();
        assertThat(plan.startChain()).containsExactly("postgres", "redis", "web");
        assertThat(plan.maxStartTime()).isEqualTo(ofSeconds(180));
        assertThat(plan.toText()).contains("  start: at most 180 s, one after another: postgres, redis, web");

        ShutdownPlan apart = coordinator(ShutdownConfig.builder().startTimeout(ofSeconds(60)))
                .services(ServiceGroup.builder()
                        .add("a", NOTHING)
                        .add("b", NOTHING)
                        .build())
                .build()
                .plan();
        assertThat(apart.maxStartTime()).isEqualTo(ofSeconds(60));
        assertThat(apart.toText()).doesNotContain("start:");
    }

    @Test
    void showsPhasesStepsLimitsAndTheWorstCase(@TempDir Path directory) throws Exception {
        try (CheckpointStore<String> store = CheckpointStore.json(directory.resolve("carts.json"), String.class)) {
            ShutdownCoordinator coordinator = coordinator(
                            ShutdownConfig.builder().announceDelay(ofSeconds(2)))
                    .services(ServiceGroup.builder()
                            .add("database", NOTHING)
                            .add("web", NOTHING)
                            .build())
                    .tracker(http())
                    .checkpoint(Checkpoint.of(store, () -> "state"))
                    .build();
            ResourceManager resources = coordinator.resources();
            resources.register(Resource.of("pool", Resource.DATABASE_PRIORITY, () -> {}));
            resources.register(Resource.of("mail", () -> {}).withTimeout(ofMillis(1_500)));
            resources.register(Resource.of("audit", () -> {}).withAfter("pool"));
            assertThat(coordinator.plan().toText().lines())
                    .containsExactly(
                            "Shutdown plan: at most 30 s, halted after 40 s",
                            "  announce: at most 2 s",
                            "  stop: at most 10 s",
                            "    1. service 'database'",
                            "    1. service 'web'",
                            "  drain: at most 20 s",
                            "    1. 'http'",
                            "  save: at most 3 s",
                            "    1. 'carts.json'",
                            "  release: at most 27 s",
                            "    1. 'pool', priority 10, at most 10 s",
                            "    2. 'mail', priority 100, at most 1.5 s",
                            "    2. 'audit', priority 100, after pool, at most 10 s",
                            "  final save: at most 3 s",
                            "    1. 'carts.json'");
            assertThat(coordinator.plan().warnings()).isEmpty();
        }
    }

    @Test
    void worstCaseLeavesOutWhatThereIsNothingToDoFor() {
        ShutdownPlan empty = ShutdownCoordinator.builder().build().plan();
        assertThat(empty.worstCase()).isZero();
        assertThat(empty.toText().lines()).contains("  drain: nothing to do", "  release: nothing to do");
        ShutdownPlan drainOnly =
                ShutdownCoordinator.builder().tracker(http()).build().plan();
        assertThat(drainOnly.worstCase()).isEqualTo(ofSeconds(20));
        assertThat(limit(drainOnly, ShutdownPhase.STOP)).isZero();
    }

    @Test
    void worstCaseIsNeverMoreThanTheTimeout() {
        ShutdownCoordinator coordinator = coordinator(ShutdownConfig.builder().timeout(ofSeconds(6)))
                .services(ServiceGroup.builder().add("s", NOTHING).build())
                .tracker(http())
                .build();
        coordinator.resources().register(Resource.of("r", () -> {}));
        assertThat(coordinator.plan().worstCase()).isEqualTo(ofSeconds(6));
    }

    @Test
    void haltAfterIsEmptyWithoutForceQuit() {
        assertThat(coordinator(ShutdownConfig.builder().forceDelay(ofSeconds(1)))
                        .build()
                        .plan()
                        .haltAfter())
                .hasValue(ofSeconds(31));
        assertThat(coordinator(ShutdownConfig.builder().forceQuit(false))
                        .build()
                        .plan()
                        .haltAfter())
                .isEmpty();
        assertThat(ShutdownCoordinator.builder().embedded().build().plan().haltAfter())
                .isEmpty();
    }

    @Test
    void drainThatIsCutByTheReservesIsWarnedOf() {
        ShutdownPlan plan = coordinator(
                        ShutdownConfig.builder().timeout(ofSeconds(30)).drainTimeout(ofSeconds(29)))
                .tracker(http())
                .build()
                .plan();
        assertThat(limit(plan, ShutdownPhase.DRAIN)).isEqualTo(ofSeconds(27));
        assertThat(plan.warnings())
                .singleElement()
                .asString()
                .isEqualTo("shutdown.drain_timeout_secs is 29 s, but the drain can have 27 s at most: the rest of the"
                        + " 30 s is reserved for saving and releasing");
    }

    @Test
    @DisplayName("scenario 71: the grace period left after preStop is too short with the delay, and sufficient without")
    void gracePeriodThatIsTooShortIsWarnedOf() {
        ShutdownConfigBuilder config = ShutdownConfig.builder()
                .gracePeriod(ofSeconds(30 - 5)) // the hook sleeps 5 s of the 30
                .timeout(ofSeconds(28))
                .drainTimeout(ofSeconds(15));
        assertThat(coordinator(config).tracker(http()).build().plan().warnings())
                .singleElement()
                .asString()
                .startsWith("an exit that hangs is halted after 38 s");
        assertThat(coordinator(config.forceDelay(ofSeconds(0)).timeout(ofSeconds(20)))
                        .tracker(http())
                        .build()
                        .plan()
                        .warnings())
                .isEmpty();
        assertThat(coordinator(config.timeout(ofSeconds(28)).announceDelay(ofSeconds(10)))
                        .tracker(http())
                        .build()
                        .plan()
                        .warnings())
                .containsExactly(
                        "the shutdown may take 25 s, but the platform kills the process 25 s after the request;"
                                + " lower shutdown.timeout_secs or raise the platform's grace period");
    }

    @Test
    void exitThatIsHaltedTooLateIsWarnedOf() {
        ShutdownPlan plan = coordinator(ShutdownConfig.builder()
                        .timeout(ofSeconds(28))
                        .forceDelay(ofSeconds(5))
                        .gracePeriod(ofSeconds(30)))
                .build()
                .plan();
        assertThat(plan.warnings())
                .containsExactly(
                        "an exit that hangs is halted after 33 s, but the platform kills the process 30 s after"
                                + " the request; lower shutdown.force_delay_secs or raise the platform's grace period");
    }

    @Test
    void exitThatIsHaltedAtTheEndOfTheGracePeriodIsWarnedOf() {
        ShutdownConfigBuilder config =
                ShutdownConfig.builder().timeout(ofSeconds(28)).gracePeriod(ofSeconds(30));
        assertThat(coordinator(config.forceDelay(ofSeconds(2))).build().plan().warnings())
                .singleElement()
                .asString()
                .startsWith("an exit that hangs is halted after 30 s");
        assertThat(coordinator(config.forceDelay(ofSeconds(1))).build().plan().warnings())
                .isEmpty();
    }

    @Test
    void unknownPredecessorCausesAWarning() {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder().build();
        coordinator.resources().register(Resource.of("mail", () -> {}).withAfter("databse"));
        assertThat(coordinator.plan().warnings())
                .containsExactly(
                        "resource 'mail' is to be released after 'databse', but no such resource is registered");
        assertThat(coordinator.plan().toText().lines().toList())
                .last()
                .asString()
                .startsWith("  warning: resource 'mail'");
    }

    @Test
    void warningsAreLoggedAtTheStart() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        coordinator.resources().register(Resource.of("mail", () -> {}).withAfter("databse"));
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.start();
            assertThat(logs.texts(Level.WARN))
                    .containsExactly("Shutdown plan: resource 'mail' is to be released after 'databse', but no such"
                            + " resource is registered");
        }
        coordinator.shutdown("the test");
        coordinator.await();
    }

    /** Runs the start-up, then {@code after} once the coordinator waits for the end; returns the warnings. */
    private static List<String> warningsOfRun(ShutdownCoordinator coordinator, Runnable startUp, Runnable after)
            throws Exception {
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        try (CapturedLogs logs = CapturedLogs.open()) {
            FutureTask<ShutdownReport> run = Background.onThread(() -> coordinator.run(() -> {
                startUp.run();
                runner.complete(Thread.currentThread());
            }));
            Thread thread = runner.get(60, TimeUnit.SECONDS);
            await().until(() -> Stream.of(thread.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("awaitEnd")));
            after.run();
            run.get();
            return logs.texts(Level.WARN);
        }
    }

    private static List<String> warningsOfRun(int gracePeriodSeconds, Resource... registered) throws Exception {
        ShutdownConfigBuilder config = ShutdownConfig.builder()
                .timeout(ofSeconds(30))
                .gracePeriod(ofSeconds(gracePeriodSeconds))
                .forceQuit(false);
        ShutdownCoordinator coordinator =
                coordinator(config).tracker(http()).embedded().build();
        return warningsOfRun(
                coordinator,
                () -> Stream.of(registered).forEach(coordinator.resources()::register),
                () -> coordinator.shutdown("the test"));
    }

    @Test
    void warningsThatTheStartUpCausesAreLoggedAfterIt() throws Exception {
        assertThat(warningsOfRun(25, AFTER_A_MISSING_ONE))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Shutdown plan: the shutdown may take 30 s"),
                        line -> assertThat(line).contains("'database' is to be released after 'disk'"));
        assertThat(warningsOfRun(25)).isEmpty();
        assertThat(warningsOfRun(15)).hasSize(1);
    }

    @Test
    void startUpThatRequestsTheShutdownCausesNoWarnings() throws Exception {
        ConnectionTracker http = http();
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().tracker(http).embedded().build();
        ConnectionGuard inFlight = http.acquire(); // the resource is not released yet
        assertThat(warningsOfRun(
                        coordinator,
                        () -> {
                            coordinator.resources().register(AFTER_A_MISSING_ONE);
                            coordinator.shutdown("the test");
                        },
                        inFlight::close))
                .isEmpty();
    }

    @Test
    void planIsAnImmutableSnapshot() {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder().build();
        ShutdownPlan before = coordinator.plan();
        coordinator.resources().register(Resource.of("late", () -> {}));
        assertThat(before.phases()).filteredOn(p -> !p.steps().isEmpty()).isEmpty();
        assertThat(coordinator.plan().phases())
                .flatExtracting(PlannedPhase::steps)
                .hasSize(1);
        assertThatThrownBy(() -> before.phases().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> new PlannedPhase(ShutdownPhase.STOP, ofMillis(-1), List.of()))
                .hasMessageContaining("limit must not be negative");
    }
}
