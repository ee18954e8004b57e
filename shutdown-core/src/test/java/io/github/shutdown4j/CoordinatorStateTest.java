package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointException;
import io.github.shutdown4j.checkpoint.CheckpointModelFileSystem;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.checkpoint.LoadResult;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.OnceFree;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The saves of a shutdown: checkpoints, and events in a queue. */
@Timeout(180)
class CoordinatorStateTest {

    record Count(int value) {}

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("count.json");
    }

    /** Long enough that a slow machine is not mistaken for a hung disk. */
    private static ShutdownCoordinatorBuilder embedded() {
        return ShutdownCoordinator.builder()
                .embedded()
                .config(ShutdownConfig.builder().timeout(ofSeconds(60)).build());
    }

    private static ShutdownReport shutdown(ShutdownCoordinator coordinator) throws InterruptedException {
        coordinator.start();
        coordinator.shutdown("the test");
        return coordinator.await();
    }

    private static List<StepResult> steps(ShutdownReport report, ShutdownPhase phase) {
        return report.phases().get(phase.ordinal()).steps();
    }

    private LoadResult<Count> load() throws CheckpointException {
        try (CheckpointStore<Count> store = CheckpointStore.json(file(), Count.class)) {
            return store.load();
        }
    }

    @Test
    void stateIsSavedAfterTheDrainAndBeforeAnythingIsReleased() throws Exception {
        AtomicInteger count = new AtomicInteger();
        AtomicInteger savedBeforeRelease = new AtomicInteger(-1);
        CheckpointStore<Count> store = CheckpointStore.json(file(), Count.class);
        ConnectionTracker tracker = ConnectionTracker.create("work");
        ShutdownCoordinator coordinator = embedded()
                .tracker(tracker)
                .checkpoint(Checkpoint.of(store, () -> new Count(count.get())))
                .build();
        coordinator
                .resources()
                .register(Resource.of(
                        "reader",
                        () -> savedBeforeRelease.set(
                                store.load().state().orElseThrow().value())));
        ConnectionGuard guard = tracker.acquire();
        guard.onDrain(() -> {
            count.set(41); // the last work in flight
            guard.close();
        });
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(savedBeforeRelease).hasValue(41);
        assertThat(load()).isInstanceOfSatisfying(LoadResult.Found.class, found -> {
            assertThat(found.value()).isEqualTo(new Count(41));
            assertThat(found.generation().clean()).isTrue();
        });
        assertThat(steps(report, ShutdownPhase.SAVE)).hasSize(1);
        assertThat(steps(report, ShutdownPhase.FINAL_SAVE)).hasSize(1);
    }

    @Test
    void stateIsSavedAgainIfAReleaseHasChangedIt() throws Exception {
        AtomicInteger count = new AtomicInteger(1);
        CheckpointStore<Count> store = CheckpointStore.json(file(), Count.class);
        ShutdownCoordinator coordinator = embedded()
                .checkpoint(Checkpoint.of(store, () -> new Count(count.get())))
                .build();
        coordinator.resources().register(Resource.of("last batch", () -> count.set(2)));
        assertThat(shutdown(coordinator).isClean()).isTrue();
        assertThat(load().state()).contains(new Count(2));
    }

    @Test
    void severalStatesAreSavedAtTheSameTime() throws Exception {
        ShutdownCoordinatorBuilder builder = embedded();
        for (int i = 0; i < 3; i++) {
            int value = i;
            builder.checkpoint(Checkpoint.of(
                    CheckpointStore.json(directory.resolve("count" + i + ".json"), Count.class),
                    () -> new Count(value)));
        }
        ShutdownReport report = shutdown(builder.build());
        assertThat(steps(report, ShutdownPhase.SAVE))
                .extracting(step -> step.name() + " " + step.outcome())
                .containsExactly("count0.json DONE", "count1.json DONE", "count2.json DONE");
    }

    @Test
    @DisplayName("scenario 55: the disk is full; the step failed, the exit code is 1, everything else is released")
    void fullDiskIsAFailedStep() throws Exception {
        CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
        CheckpointStore<Count> store =
                disk.hold(CheckpointStore.builder(file(), Count.class)).open();
        store.save(new Count(1));
        ShutdownCoordinator coordinator =
                embedded().checkpoint(Checkpoint.of(store, () -> new Count(2))).build();
        AtomicBoolean released = new AtomicBoolean();
        coordinator.resources().register(Resource.of("r", () -> released.set(true)));
        disk.fault = op -> {
            if (op instanceof CheckpointModelFileSystem.Write) {
                throw new IOException("No space left on device");
            }
        };
        ShutdownReport report = shutdown(coordinator);
        for (ShutdownPhase phase : List.of(ShutdownPhase.SAVE, ShutdownPhase.FINAL_SAVE)) {
            assertThat(steps(report, phase)).singleElement().satisfies(step -> {
                assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
                assertThat(step.failure().orElseThrow()).hasRootCauseMessage("No space left on device");
            });
        }
        assertThat(released).isTrue();
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.toText()).contains("count.json", "exit code 1");
    }

    /** The last part of the start is refused. */
    private ShutdownCoordinatorBuilder cannotStart() {
        ServiceGroup services = ServiceGroup.builder().build();
        services.start(ofSeconds(1));
        return embedded().services(services);
    }

    @Test
    void runWhoseStartFailsIsNotNotedAsOneThatEndedCleanly() throws Exception {
        CheckpointStore<Count> store = CheckpointStore.json(file(), Count.class);
        ShutdownCoordinator coordinator = cannotStart()
                .checkpoint(Checkpoint.of(store, () -> new Count(1)))
                .build();
        assertThatThrownBy(coordinator::start).hasMessageContaining("was started before; a group starts once");
        try (CheckpointStore<Count> next = openOnceFree()) {
            assertThat(next.lastRun().ending()).isEqualTo(LastRun.Ending.ABRUPT);
        }
    }

    @Test
    void startThatFailsIsNotHeldUpByADiskThatHangs() throws Exception {
        CheckpointModelFileSystem disk = new CheckpointModelFileSystem();
        CountDownLatch hung = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        disk.fault = op -> {
            hung.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        CheckpointStore<Count> store = disk.hold(CheckpointStore.builder(file(), Count.class))
                .timeout(ofSeconds(30))
                .open();
        assertThat(hung.await(60, TimeUnit.SECONDS)).isTrue(); // it prepares for its first save
        ShutdownCoordinator coordinator = cannotStart()
                .checkpoint(Checkpoint.of(store, () -> new Count(1)))
                .build();
        long began = System.nanoTime();
        assertThatThrownBy(coordinator::start).hasMessageContaining("was started before; a group starts once");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(ofMillis(400), ofSeconds(25));
        end.countDown();
    }

    @Test
    void supplierThatHangsCostsItsReserveAndNotTheRelease() throws Exception {
        CheckpointStore<Count> store = CheckpointStore.json(file(), Count.class);
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean hangs = new AtomicBoolean();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .config(ShutdownConfig.builder()
                        .timeout(ofSeconds(40))
                        .saveTimeout(ofMillis(300))
                        .build())
                .checkpoint(Checkpoint.of(store, () -> {
                    if (hangs.get()) {
                        try {
                            end.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    return new Count(1);
                }))
                .build();
        AtomicBoolean released = new AtomicBoolean();
        coordinator.resources().register(Resource.of("r", () -> released.set(true)));
        coordinator.start();
        hangs.set(true);
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.phases().get(ShutdownPhase.SAVE.ordinal()).elapsed()).isBetween(ofMillis(250), ofSeconds(20));
        assertThat(steps(report, ShutdownPhase.SAVE).get(0).outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(released).isTrue();
        assertThat(report.elapsed()).isLessThan(ofSeconds(30));
        end.countDown();
        openOnceFree().close(); // the save has ended, so the directory can be deleted
    }

    private CheckpointStore<Count> openOnceFree() {
        return OnceFree.open(() -> CheckpointStore.json(file(), Count.class));
    }

    @Test
    void guardsOfSeveralTrackersAreDistinguished() throws Exception {
        ShutdownReport report = drainedInVain("http", "jobs");
        assertThat(steps(report, ShutdownPhase.DRAIN).stream().flatMap(step -> step.unfinished().stream()))
                .extracting(UnfinishedWork::name)
                .containsExactlyInAnyOrder("tracker 'http': work", "tracker 'jobs': work");
    }

    private static ShutdownReport drainedInVain(String... names) throws InterruptedException {
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .embedded()
                .config(ShutdownConfig.builder()
                        .timeout(ofSeconds(60))
                        .drainTimeout(ofMillis(50))
                        .build());
        List<ConnectionGuard> open = new CopyOnWriteArrayList<>();
        for (String name : names) {
            ConnectionTracker tracker =
                    ConnectionTracker.builder(name).details(GuardDetails.on()).build();
            open.add(tracker.acquire("work"));
            builder.tracker(tracker);
        }
        ShutdownReport report = shutdown(builder.build());
        open.forEach(ConnectionGuard::close);
        return report;
    }

    @Test
    @DisplayName("scenario 48: a queue of events writes its last batch into the database, which is released after it")
    void queueIsWrittenBeforeTheDatabaseIsClosed() throws Exception {
        List<String> database = new CopyOnWriteArrayList<>();
        AtomicBoolean open = new AtomicBoolean(true);
        EventQueue<String> visits = EventQueue.<String>builder("visits", batch -> {
                    if (!open.get()) {
                        throw new IOException("the database is closed");
                    }
                    database.addAll(batch);
                })
                .batchSize(100)
                .linger(Duration.ofHours(1))
                .start();
        ConnectionTracker tracker = ConnectionTracker.create("work");
        ShutdownCoordinator coordinator = embedded().tracker(tracker).build();
        coordinator.resources().register(Resources.database("database", () -> open.set(false)));
        coordinator.resources().register(visits);
        for (int i = 0; i < 30; i++) {
            assertThat(visits.offer("visit " + i)).isTrue();
        }
        ConnectionGuard guard = tracker.acquire();
        guard.onDrain(() -> {
            visits.offer("the last visit");
            guard.close();
        });
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(database).hasSize(31).last().isEqualTo("the last visit");
        assertThat(open).isFalse();
        assertThat(visits.offer("too late")).isFalse();
        assertThat(steps(report, ShutdownPhase.RELEASE))
                .extracting(StepResult::name)
                .containsExactly("visits", "database");
    }

    @Test
    void whatTheQueueCouldNotWriteInTimeIsInTheReport() throws Exception {
        EventQueue<Integer> events = EventQueue.<Integer>builder("events", batch -> {
                    Thread.sleep(60_000);
                })
                .batchSize(10)
                .releaseTimeout(ofSeconds(2)) // and a tenth of it for the interrupt
                .start();
        ShutdownCoordinator coordinator = embedded().build();
        coordinator.resources().register(events);
        for (int i = 0; i < 25; i++) {
            events.offer(i);
        }
        ShutdownReport report = shutdown(coordinator);
        StepResult step = steps(report, ShutdownPhase.RELEASE).get(0);
        assertThat(step.outcome()).isNotEqualTo(Outcome.DONE);
        assertThat(report.elapsed()).isBetween(ofSeconds(2), ofSeconds(30));
        // The second time if, on a loaded machine, it was not counted within the tenth of a second after the interrupt.
        assertThat(report.toText())
                .containsAnyOf("15 left over", "ignored an interrupt after its limit of 2 s; abandoned");
        assertThat(report.exitCode()).isEqualTo(1);
    }
}
