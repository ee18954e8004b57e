package io.github.shutdown4j;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeProcess;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A coordinator among loggers, threads, listeners and work that do not behave. */
@Timeout(60)
class CoordinatorHardshipTest {

    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void letGo() {
        release.countDown();
    }

    private static ShutdownConfig.Builder within(Duration timeout) {
        return ShutdownConfig.builder().timeout(timeout);
    }

    private static ShutdownReport shutdown(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.start();
        coordinator.shutdown("the test");
        return coordinator.await();
    }

    private static PhaseReport phase(ShutdownReport report, ShutdownPhase phase) {
        return report.phases().get(phase.ordinal());
    }

    /** Blocks until the test is over, whatever interrupts it. */
    private void hang() {
        boolean over = false;
        while (!over) {
            try {
                release.await();
                over = true;
            } catch (InterruptedException e) {
                // Stubborn on purpose.
            }
        }
    }

    @Test
    @DisplayName("services, resources, trackers and a listener all hang: over at the timeout")
    void everythingHangsAtOnce() throws Exception {
        ConnectionTracker one =
                ConnectionTracker.builder("one").details(GuardDetails.on()).build();
        ConnectionTracker two = ConnectionTracker.create("two");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(within(ofSeconds(2)).build())
                .connections(one)
                .connections(two)
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
                    public void onPhase(ShutdownPhase phase, Duration budget) {
                        hang();
                    }
                })
                .build();
        coordinator.resources().register(Resource.of("first", 1, this::hang));
        coordinator.resources().register(Resource.of("second", 1, this::hang));
        coordinator.resources().register(Resource.of("last", 2, this::hang));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(5))).isTrue();
        try (ConnectionGuard first = one.acquire("GET /");
                ConnectionGuard second = two.acquire()) {
            coordinator.shutdown("the test");
            ShutdownReport report = coordinator.await();
            assertThat(first).isNotSameAs(second);
            assertThat(report.elapsed()).isBetween(ofMillis(1_500), ofMillis(2_500));
            assertThat(report.exitCode()).isEqualTo(1);
            assertThat(phase(report, ShutdownPhase.STOP).steps())
                    .extracting(StepResult::outcome)
                    .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT);
            assertThat(phase(report, ShutdownPhase.DRAIN).steps())
                    .extracting(StepResult::outcome)
                    .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT);
            assertThat(phase(report, ShutdownPhase.RELEASE).steps())
                    .extracting(StepResult::outcome)
                    .containsExactly(Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.TIMED_OUT);
            assertThat(report.toText()).contains("GET /", "CoordinatorHardshipTest.hang");
        }
    }

    @Test
    @DisplayName(
            "scenario 43: a hung resource costs its limit, those after it are released, it is reported with its stack")
    void hungResourceCostsItsLimit() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        List<String> released = new CopyOnWriteArrayList<>();
        coordinator.resources().register(Resource.of("a", 1, this::hang).withTimeout(ofMillis(500)));
        coordinator.resources().register(Resource.of("b", 2, () -> released.add("b")));
        coordinator.resources().register(Resource.of("c", 3, () -> released.add("c")));
        ShutdownReport report = shutdown(coordinator);
        assertThat(released).containsExactly("b", "c");
        assertThat(report.elapsed()).isBetween(ofMillis(500), ofMillis(1_500));
        StepResult hung = phase(report, ShutdownPhase.RELEASE).steps().get(0);
        assertThat(hung.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(hung.unfinished().get(0).stack())
                .extracting(StackTraceElement::getMethodName)
                .contains("hang");
    }

    @Test
    @DisplayName("scenario 44: three hung resources of one priority cost one limit")
    void hungEqualsCostOneLimit() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        for (String name : List.of("a", "b", "c")) {
            coordinator.resources().register(Resource.of(name, this::hang).withTimeout(ofMillis(600)));
        }
        assertThat(shutdown(coordinator).elapsed()).isBetween(ofMillis(600), ofMillis(1_500));
    }

    @Test
    @DisplayName("scenario 46: whatever a resource throws, the later ones run and the report has the cause")
    void whateverAResourceThrowsIsInTheReport() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        List<Throwable> thrown = List.of(
                new java.io.IOException("checked"),
                new IllegalStateException("unchecked"),
                new StackOverflowError("error"));
        for (int i = 0; i < thrown.size(); i++) {
            Throwable failure = thrown.get(i);
            coordinator.resources().register(Resource.of("r" + i, i, () -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (Exception) failure;
            }));
        }
        AtomicBoolean last = new AtomicBoolean();
        coordinator.resources().register(Resource.of("last", 100, () -> last.set(true)));
        ShutdownReport report = shutdown(coordinator);
        assertThat(last).isTrue();
        assertThat(phase(report, ShutdownPhase.RELEASE).steps())
                .filteredOn(step -> step.failure().isPresent())
                .extracting(step -> step.failure().orElseThrow())
                .containsExactlyElementsOf(thrown);
    }

    @Test
    @DisplayName("scenario 47: the extreme priorities, ties and what comes after are released in the documented order")
    void releasesInTheDocumentedOrder() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        List<String> released = new CopyOnWriteArrayList<>();
        ResourceManager resources = coordinator.resources();
        resources.register(Resource.of("max", Integer.MAX_VALUE, () -> released.add("max")));
        resources.register(
                Resource.of("database", 10, () -> released.add("database")).withAfter("flusher"));
        resources.register(Resource.of("flusher", 100, () -> released.add("flusher")));
        resources.register(Resource.of("min", Integer.MIN_VALUE, () -> released.add("min")));
        resources.register(Resource.of("negative", -5, () -> released.add("negative")));
        assertThatThrownBy(
                        () -> resources.register(Resource.of("itself", () -> {}).withAfter("itself")))
                .hasMessageContaining("itself -> itself");
        List<String> expected = List.of("min", "negative", "flusher", "database", "max");
        ShutdownReport report = shutdown(coordinator);
        assertThat(released).isEqualTo(expected);
        assertThat(phase(report, ShutdownPhase.RELEASE).steps())
                .extracting(StepResult::name)
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("scenario 53: 10,000 resources cost less than a second more, and are all in the report")
    void tenThousandResources() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        AtomicInteger released = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            coordinator.resources().register(Resource.of("r" + i, i % 7, released::incrementAndGet));
        }
        long start = System.nanoTime();
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.toText().lines()).hasSizeGreaterThan(10_000);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ofMillis(2_500));
        assertThat(report.elapsed()).isLessThan(ofMillis(2_000));
        assertThat(released).hasValue(10_000);
        assertThat(report.exitCode()).isZero();
    }

    @Test
    @DisplayName("scenario 36: two services fail during the shutdown; the sequence is completed and reports both")
    void servicesThatFailDuringTheShutdown() throws Exception {
        ServiceGroup.Builder services = ServiceGroup.builder();
        for (String name : List.of("one", "two")) {
            services.add(name, context -> {
                context.ready();
                context.awaitStop();
                throw new IllegalStateException(name + " broke");
            });
        }
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .services(services.build())
                .build();
        AtomicBoolean released = new AtomicBoolean();
        coordinator.resources().register(Resource.of("r", () -> released.set(true)));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(5))).isTrue();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.reason()).isEqualTo(new ShutdownReason.Requested("the test"));
        assertThat(phase(report, ShutdownPhase.STOP).steps())
                .allSatisfy(step -> assertThat(step.outcome()).isEqualTo(Outcome.FAILED))
                .extracting(step -> step.failure().orElseThrow().getMessage())
                .containsExactlyInAnyOrder("one broke", "two broke");
        assertThat(released).isTrue();
        assertThat(report.exitCode()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "scenario 41: a resource registered while stopping is released in its turn; after the end it is refused")
    void resourceRegisteredWhileStopping() throws Exception {
        AtomicReference<ShutdownCoordinator> held = new AtomicReference<>();
        List<String> released = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .services(ServiceGroup.builder()
                        .add("s", Service.of(() -> {}, () -> held.get()
                                .resources()
                                .register(Resource.of("in stop", 50, () -> released.add("in stop")))))
                        .build())
                .build();
        held.set(coordinator);
        coordinator.resources().register(Resource.of("first", 1, () -> {
            coordinator.resources().register(Resource.of("earlier", 0, () -> released.add("earlier")));
            coordinator.resources().register(Resource.of("later", 100, () -> released.add("later")));
            released.add("first");
        }));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(5))).isTrue();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(released).containsExactly("first", "earlier", "in stop", "later");
        assertThat(phase(report, ShutdownPhase.RELEASE).steps()).hasSize(4);
        assertThatThrownBy(() -> coordinator.resources().register(Resource.of("too late", () -> {})))
                .isInstanceOf(ShuttingDownException.class);
    }

    @Test
    @DisplayName("scenario 52: every logger throws from the request on; no phase loses its turn, the process exits")
    void loggersThatThrowCostNothing() throws Exception {
        FakeProcess process = new FakeProcess();
        ConnectionTracker tracker = ConnectionTracker.create("work");
        List<ShutdownPhase> phases = new CopyOnWriteArrayList<>();
        AtomicInteger finished = new AtomicInteger();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .seams(Ticker.system(), process)
                .config(within(ofSeconds(3)).drainTimeout(ofMillis(300)).build())
                .connections(tracker)
                .listener(new ShutdownListener() {
                    @Override
                    public void onPhase(ShutdownPhase phase, Duration budget) {
                        phases.add(phase);
                        throw new IllegalStateException("listener");
                    }

                    @Override
                    public void onFinished(ShutdownReport report) {
                        finished.incrementAndGet();
                        hang();
                    }
                })
                .build();
        AtomicBoolean released = new AtomicBoolean();
        coordinator.resources().register(Resource.of("r", () -> released.set(true)));
        coordinator.start();
        ConnectionGuard held = tracker.acquire();
        try (CapturedLogs logs = CapturedLogs.failing()) {
            coordinator.shutdown("the test");
            ShutdownReport report = coordinator.await();
            assertThat(report.phases()).extracting(PhaseReport::phase).containsExactly(ShutdownPhase.values());
            assertThat(report.elapsed()).isBetween(ofMillis(300), ofMillis(1_500));
            assertThat(phase(report, ShutdownPhase.DRAIN).outcome()).isEqualTo(Outcome.TIMED_OUT);
            assertThat(phase(report, ShutdownPhase.RELEASE).outcome()).isEqualTo(Outcome.DONE);
            await().untilAsserted(() -> assertThat(process.exits()).containsExactly(1));
            assertThat(logs.lines()).isNotEmpty();
        }
        assertThat(phases).containsExactly(ShutdownPhase.values());
        assertThat(finished).hasValue(1);
        assertThat(released).isTrue();
        held.close();
    }

    @Test
    @DisplayName("scenario 52: every logger blocks from the request on; no phase loses its turn")
    void loggersThatBlockCostNothing() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        List<String> released = new CopyOnWriteArrayList<>();
        coordinator.resources().register(Resource.of("database", () -> released.add("database")));
        coordinator.start();
        try (CapturedLogs logs = CapturedLogs.failing(line -> {
            hang();
            return false;
        })) {
            coordinator.shutdown("the test");
            Optional<ShutdownReport> report = coordinator.await(Duration.ofSeconds(10));
            assertThat(report).map(ShutdownReport::isClean).contains(true);
            assertThat(report.orElseThrow().elapsed()).isLessThan(Duration.ofSeconds(5));
            assertThat(released).containsExactly("database");
            assertThat(logs.lines()).isNotEmpty();
        } finally {
            release.countDown();
        }
    }

    @Test
    @DisplayName("scenario 52: the logging backend is closed by the release of its own resource")
    void loggingBackendIsAResource() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        AtomicReference<CapturedLogs> closed = new AtomicReference<>();
        Logger log = LoggerFactory.getLogger(CoordinatorHardshipTest.class);
        List<String> released = new CopyOnWriteArrayList<>();
        coordinator.resources().register(Resource.of("logging", 1, () -> closed.set(CapturedLogs.failing())));
        coordinator.resources().register(Resource.of("other", 2, () -> {
            assertThatThrownBy(() -> log.warn("too late")).hasMessage("this logger is broken");
            released.add("other");
        }));
        try {
            ShutdownReport report = shutdown(coordinator);
            assertThat(report.isClean()).isTrue();
            assertThat(released).containsExactly("other");
        } finally {
            closed.get().close();
        }
    }

    @Test
    void interruptedSequenceGoesOn() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("work");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(within(ofSeconds(10)).announceDelay(ofMillis(600)).build())
                .connections(tracker)
                .services(ServiceGroup.builder()
                        .add("slow", Service.of(() -> {}, () -> Thread.sleep(300)))
                        .build())
                .build();
        coordinator.resources().register(Resource.of("slow", () -> Thread.sleep(300)));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(5))).isTrue();
        ConnectionGuard guard = tracker.acquire();
        guard.onDrain(() -> {
            await().pollDelay(ofMillis(300)).until(() -> true);
            guard.close();
        });
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.shutdown("the test");
            CompletableFuture<Void> tormentor = CompletableFuture.runAsync(() -> {
                while (coordinator.health().isLive()) {
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("shutdown4j-sequence"))
                            .forEach(Thread::interrupt);
                    Thread.onSpinWait();
                }
            });
            ShutdownReport report = coordinator.await();
            tormentor.get();
            assertThat(report.isClean()).as(report.toText()).isTrue();
            assertThat(phase(report, ShutdownPhase.ANNOUNCE).elapsed()).isBetween(ofMillis(600), ofMillis(2_000));
            assertThat(report.phases()).hasSize(ShutdownPhase.values().length);
            assertThat(phase(report, ShutdownPhase.DRAIN).steps()).hasSize(1);
            assertThat(logs.texts(Level.WARN))
                    .anyMatch(text -> text.contains("interrupted in phase announce, going on"));
        }
    }

    @Test
    void drainWithoutAnyTimeLeftLooksOnceAndIsNoFailureWithoutWork() throws Exception {
        ConnectionTracker idle = ConnectionTracker.create("idle");
        ConnectionTracker busy = ConnectionTracker.create("busy");
        ShutdownConfig config = within(ofMillis(300))
                .stopTimeout(ofMillis(300)) // takes all that is not reserved
                .drainTimeout(ofMillis(300))
                .build();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(config)
                .connections(idle)
                .connections(busy)
                .services(ServiceGroup.builder()
                        .add("hung", context -> {
                            context.ready();
                            hang();
                        })
                        .build())
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(5))).isTrue();
        CountDownLatch told = new CountDownLatch(1);
        busy.acquire().onDrain(told::countDown);
        coordinator.shutdown("the test");
        PhaseReport drain = phase(coordinator.await(), ShutdownPhase.DRAIN);
        assertThat(drain.steps())
                .extracting(step -> step.name() + " " + step.outcome())
                .containsExactly("idle DONE", "busy TIMED_OUT");
        told.await();
    }

    @Test
    @DisplayName("scenario 12: quiet refuses new work, the process stays, a later request ends it normally")
    void quietThenTheEnd() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("work");
        AtomicBoolean stopped = new AtomicBoolean();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .connections(tracker)
                .services(ServiceGroup.builder()
                        .add("s", Service.of(() -> {}, () -> stopped.set(true)))
                        .build())
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(5))).isTrue();
        ConnectionGuard inHand = tracker.acquire();
        assertThat(coordinator.quiet("an operator")).isTrue();
        assertThat(tracker.tryAcquire()).isEmpty();
        assertThat(coordinator.health().isReady()).isFalse();
        assertThat(coordinator.health().isLive()).isTrue();
        assertThat(coordinator.health().detail()).isEqualTo("quiet, takes no new work");
        assertThat(coordinator.metrics().refused()).isEqualTo(1);
        assertThat(coordinator.metrics().ready()).isZero();
        assertThat(coordinator.await(ofMillis(200))).isEmpty();
        assertThat(stopped).isFalse();
        assertThat(coordinator.trigger().isRequested()).isFalse();
        inHand.close();
        coordinator.shutdown("the test");
        assertThat(coordinator.await().isClean()).isTrue();
        assertThat(stopped).isTrue();
    }

    @Test
    @DisplayName("scenario 74: quiet called twice, or after the request, is the same as once")
    void quietIsIdempotent() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.start();
            assertThat(coordinator.quiet("a hook")).isTrue();
            assertThat(coordinator.quiet("the same hook")).isFalse();
            assertThat(coordinator.awaitReady(ZERO)).isFalse();
            coordinator.shutdown("the test");
            assertThat(coordinator.await().isClean()).isTrue();
            assertThat(coordinator.quiet("a late hook")).isFalse();
            assertThat(logs.texts(Level.INFO).stream().filter(text -> text.contains("quiet")))
                    .containsExactly("Shutdown: quiet, requested by a hook: no new work is taken, the process stays");
        }
        assertThatThrownBy(() -> coordinator.quiet(" ")).hasMessageContaining("by must not be blank");
    }

    @Test
    void announceDelayIsWaitedForAndServesOn() throws Exception {
        ConnectionTracker tracker = ConnectionTracker.create("work");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(within(ofSeconds(5)).announceDelay(ofMillis(400)).build())
                .connections(tracker)
                .build();
        coordinator.start();
        coordinator.shutdown("the test");
        assertThat(coordinator.health().isReady()).isFalse();
        tracker.acquire().close();
        ShutdownReport report = coordinator.await();
        assertThat(phase(report, ShutdownPhase.ANNOUNCE).elapsed()).isBetween(ofMillis(300), ofMillis(1_200));
        assertThat(phase(report, ShutdownPhase.ANNOUNCE).budget()).isBetween(ofMillis(300), ofMillis(400));
        assertThat(report.isClean()).isTrue();
    }

    @Test
    void listenerGivenTwiceIsRefused() {
        ShutdownListener listener = new ShutdownListener() {};
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder().listener(listener);
        assertThatThrownBy(() -> builder.listener(listener))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("this listener was given before");
    }

    @Test
    void uncaughtExceptionEndsItAndTheHandlerIsGivenBack() throws Exception {
        UncaughtExceptionHandler former = Thread.getDefaultUncaughtExceptionHandler();
        List<String> heard = new CopyOnWriteArrayList<>();
        UncaughtExceptionHandler mine = (thread, failure) -> heard.add(failure.getMessage());
        Thread.setDefaultUncaughtExceptionHandler(mine);
        try {
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .returnWhenDone()
                    .shutdownOnUncaughtException()
                    .seams(Ticker.system(), new FakeProcess())
                    .build();
            coordinator.start();
            new Thread(
                            () -> {
                                throw new IllegalStateException("nobody catches this");
                            },
                            "thrower")
                    .start();
            ShutdownReport report = coordinator.await();
            assertThat(report.reason().text()).contains("'thrower'", "nobody catches this");
            assertThat(report.exitCode()).isEqualTo(1);
            assertThat(heard).containsExactly("nobody catches this");
            assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(mine);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(former);
        }
    }

    @Test
    void listenersHearOfReloadsUntilTheShutdownBegins() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .listener(new ShutdownListener() {
                    @Override
                    public void onReloadStarted(String by) {
                        heard.add("started by " + by);
                    }

                    @Override
                    public void onReloadFinished(ReloadReport report) {
                        heard.add("finished " + report.isSuccess());
                    }
                })
                .build();
        AtomicBoolean broken = new AtomicBoolean();
        coordinator.start();
        Subscription subscription = coordinator.reloader().subscribe("config", () -> {
            if (broken.get()) {
                throw new IllegalStateException("bad config");
            }
        });
        assertThat(coordinator
                        .reloader()
                        .reload("one")
                        .toCompletableFuture()
                        .get()
                        .isSuccess())
                .isTrue();
        broken.set(true);
        assertThat(coordinator
                        .reloader()
                        .reload("two")
                        .toCompletableFuture()
                        .get()
                        .isSuccess())
                .isFalse();
        await().untilAsserted(() -> assertThat(heard)
                .containsExactly("started by one", "finished true", "started by two", "finished false"));
        assertThat(coordinator.trigger().isRequested()).isFalse();
        AtomicBoolean refusedMeanwhile = new AtomicBoolean();
        coordinator
                .resources()
                .register(Resource.of(
                        "r",
                        () -> refusedMeanwhile.set(coordinator
                                .reloader()
                                .reload("a resource")
                                .toCompletableFuture()
                                .isCompletedExceptionally())));
        coordinator.shutdown("the test");
        coordinator.await();
        assertThat(refusedMeanwhile).isTrue();
        assertThatThrownBy(() -> coordinator
                        .reloader()
                        .reload("three")
                        .toCompletableFuture()
                        .get())
                .hasCauseInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> coordinator.reloader().subscribe("late", () -> {}))
                .isInstanceOf(ShuttingDownException.class);
        assertThat(heard).hasSize(4);
        subscription.close();
    }

    @Test
    void groupThatWasStartedBeforeIsRefusedAndTheSignalsAreGivenBack() throws Exception {
        ServiceGroup group =
                ServiceGroup.builder().add("s", Service.of(() -> {}, () -> {})).build();
        group.start();
        FakeProcess process = new FakeProcess();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .services(group)
                .seams(Ticker.system(), process)
                .build();
        assertThatThrownBy(coordinator::start).isInstanceOf(IllegalStateException.class);
        assertThat(process.hooks()).isEmpty();
        coordinator.shutdown("somebody who does not know");
        assertThat(coordinator.await(ofMillis(300))).isEmpty();
        assertThat(process.exits()).isEmpty();
        group.stop(ofSeconds(5));
    }

    @Test
    void longestWaitIsNoMistake() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        coordinator.start();
        assertThat(coordinator.awaitReady(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
        coordinator.shutdown("the test");
        assertThat(coordinator.await(Duration.ofSeconds(Long.MAX_VALUE))).isPresent();
    }

    @Test
    void listenerThatIsLateWithTheReportIsNamed() throws Exception {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .onFinished(report -> hang())
                .build();
        try (CapturedLogs logs = CapturedLogs.open()) {
            shutdown(coordinator);
            assertThat(logs.texts(Level.WARN))
                    .singleElement()
                    .asString()
                    .startsWith("Shutdown: listener io.github.shutdown4j.")
                    .endsWith("has not taken the report in time, going on without it");
        }
    }

    @Test
    @DisplayName("a listener hears each phase, each step and the end, in order")
    void listenerHearsEachStep() throws Exception {
        List<String> heard = new ArrayList<>();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .connections(ConnectionTracker.create("work"))
                .listener(new ShutdownListener() {
                    @Override
                    public void onPhase(ShutdownPhase phase, Duration budget) {
                        heard.add(phase.name());
                    }

                    @Override
                    public void onStep(ShutdownPhase phase, StepResult step) {
                        heard.add(phase + " " + step.name() + " " + step.outcome());
                    }

                    @Override
                    public void onFinished(ShutdownReport report) {
                        heard.add("finished");
                    }
                })
                .build();
        coordinator.resources().register(Resource.of("r", () -> {}));
        shutdown(coordinator);
        assertThat(heard)
                .containsExactly(
                        "ANNOUNCE",
                        "STOP",
                        "DRAIN",
                        "DRAIN work DONE",
                        "SAVE",
                        "RELEASE",
                        "RELEASE r DONE",
                        "FINAL_SAVE",
                        "finished");
    }
}
