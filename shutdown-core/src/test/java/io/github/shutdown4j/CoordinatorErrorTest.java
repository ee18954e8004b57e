package io.github.shutdown4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.SignalHandler;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Errors and interrupts inside the coordinator prevent neither a phase nor the exit. */
@Timeout(180)
class CoordinatorErrorTest extends CoordinatorHardshipFixture {

    /** A save may take a tenth of it: the first one of a cold JVM on a loaded machine, too. */
    private static final ShutdownConfig PATIENT =
            ShutdownConfig.builder().timeout(Duration.ofMinutes(10)).build();

    private final FailingTicker ticker = new FailingTicker();

    @TempDir
    private Path directory;

    /** On a separate disk, because the model is not thread-safe. */
    private CheckpointStore<Integer> store(String file) throws Exception {
        return new CheckpointModelFileSystem()
                .hold(CheckpointStore.builder(directory.resolve(file), Integer.class))
                .open();
    }

    private static Thread waitingThread(String name) {
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name) && isWaiting(thread)));
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private static void interruptAndAwaitThatItIsNoticed(Thread thread) {
        thread.interrupt();
        await().until(() -> !thread.isInterrupted());
    }

    @Test
    void periodThatIsLongerThanTheClockIsNoMistake() throws Exception {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .service("service", Service.of(() -> {}, () -> {}))
                .checkpoint(Checkpoint.every(Duration.ofSeconds(Long.MAX_VALUE), store("state.json"), () -> 1))
                .config(PATIENT)
                .build();
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void checkpointThatFailsToStartDoesNotUndoTheStartOfTheServices() throws Exception {
        CheckpointStore<Integer> store = ticker.keptBy(() -> {
            try {
                return store("state.json");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .service("service", Service.of(() -> {}, () -> {}))
                .checkpoint(Checkpoint.of(store, () -> 1))
                .config(PATIENT)
                .build();
        try (CapturedLogs logs = CapturedLogs.open()) {
            ticker.failAt(Thread.currentThread().getName(), 1);
            coordinator.start();
            assertThat(ticker.hasFailed()).isTrue();
            assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
            assertThat(logs.texts(Level.WARN)).anyMatch(text -> text.contains("checkpoint 'state.json' cannot start"));
        }
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    private static final class NoExit extends FakeProcess {
        @Override
        public void exit(int code) {
            throw new SecurityException("pretended");
        }

        @Override
        public void halt(int code) {
            throw new SecurityException("pretended");
        }
    }

    @Test
    void anExitThatASecurityManagerForbidsLeavesTheProcessToItsSignals() throws Exception {
        FakeProcess process = new NoExit();
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().forTests(Ticker.system(), process).build();
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.run(
                    () -> { // returns
                        assertThat(process.hooks()).hasSize(1);
                        coordinator.shutdown("the test");
                    });
            assertThat(logs.texts(Level.ERROR)).anyMatch(text -> text.contains("cannot exit with exit code 0"));
        }
        assertThat(process.hooks()).isEmpty();
        try (SignalHandler free = SignalHandler.install(ShutdownTrigger.create())) {
            assertThat(free.installed()).contains(ShutdownSignal.TERMINATE);
        }
    }

    @Test
    void aReloadThatContinuesIsNamedAtTheEnd() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        coordinator.start();
        coordinator.reloader().subscribe("certificates", () -> {
            inside.countDown();
            go.await();
        });
        var unused = coordinator.reloader().reload("the test");
        inside.await();
        assertThat(waitingThread("shutdown4j-reload-certificates").isAlive()).isTrue();
        try (CapturedLogs logs = CapturedLogs.open()) {
            coordinator.shutdown("the test");
            coordinator.await();
            await().untilAsserted(() -> assertThat(logs.texts(Level.WARN))
                    .anyMatch(text -> text.contains("not waiting for a reload:")
                            && text.contains("reload 'certificates', for")
                            && text.contains("CountDownLatch.await")));
        } finally {
            go.countDown();
        }
    }

    @Test
    void interruptDuringTheLastSaveOfTwoCheckpointsLosesNeither() throws Exception {
        AtomicBoolean blocks = new AtomicBoolean();
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .checkpoint(Checkpoint.of(store("one.json"), () -> 1))
                .checkpoint(Checkpoint.of(store("two.json"), () -> {
                    if (blocks.get()) {
                        reached.countDown();
                        Probe.await(go);
                    }
                    return 2;
                }))
                .resource(Resource.of("after the first save", () -> blocks.set(true)))
                .config(PATIENT)
                .build();
        coordinator.start();
        coordinator.shutdown("the test");
        Probe.await(reached);
        interruptAndAwaitThatItIsNoticed(waitingThread("shutdown4j-sequence"));
        go.countDown();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(phase(report, ShutdownPhase.FINAL_SAVE).steps()).hasSize(2);
    }

    @Test
    void interruptOfAThreadThatDrainsEndsNoDrain() throws Exception {
        ConnectionTracker one = ConnectionTracker.create("one");
        ConnectionTracker two = ConnectionTracker.create("two");
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .tracker(one)
                .tracker(two)
                .build();
        coordinator.start();
        try (ConnectionGuard first = one.acquire();
                ConnectionGuard second = two.acquire()) {
            assertThat(first).isNotSameAs(second);
            coordinator.shutdown("the test");
            interruptAndAwaitThatItIsNoticed(waitingThread("shutdown4j-drain"));
        }
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(phase(report, ShutdownPhase.DRAIN).steps()).hasSize(2);
    }

    private static boolean hasFailed(ShutdownPhase phase, ShutdownReport report) {
        return report.phases().stream().anyMatch(each -> each.phase() == phase && each.outcome() == Outcome.FAILED);
    }

    /** One run for each reading of the clock on the thread of the sequence. */
    @Test
    void errorAnywhereInTheSequenceEndsInAReportAndTheExit() throws Exception {
        ShutdownListener listener = new ShutdownListener() {};
        String listenerThread = "shutdown4j-listener " + listener.getClass().getTypeName();
        int reading = 0;
        do {
            reading++;
            FakeProcess process = new FakeProcess();
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .forTests(ticker, process)
                    .listener(listener)
                    .build();
            AtomicBoolean released = new AtomicBoolean();
            coordinator.resources().register(Resource.of("r", () -> released.set(true)));
            coordinator.start();
            ticker.failAt("shutdown4j-sequence", reading);
            coordinator.shutdown("the test");
            Optional<ShutdownReport> report = coordinator.await(ofSeconds(60));
            assertThat(report)
                    .as("report after a failure of reading %d", reading)
                    .isPresent();
            await().untilAsserted(() -> assertThat(process.exits()).hasSize(1));
            await("removal of the hooks and end of the listener's thread after a failure of reading " + reading)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> process.hooks().isEmpty()
                            && OwnThreads.threadsNamed(listenerThread).isEmpty());
            assertThat(process.halts()).isEmpty();
            if (!released.get()) {
                assertThat(process.exits()).containsExactly(1);
                assertThat(hasFailed(ShutdownPhase.RELEASE, report.get()))
                        .as("not released after a failure of reading %d", reading)
                        .isTrue();
            }
        } while (ticker.hasFailed());
        assertThat(reading).isBetween(10, 200);
    }
}
