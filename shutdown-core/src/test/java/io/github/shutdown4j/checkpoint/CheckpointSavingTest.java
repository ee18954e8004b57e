package io.github.shutdown4j.checkpoint;

import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;

/** Merged, periodic, interrupted and final saves. */
@Timeout(180)
class CheckpointSavingTest extends CheckpointSavingFixture {

    @Test
    void burstOfSaversIsAFewWritesAndEachSeesItsOwnState() throws Exception {
        int savers = 64;
        try (var store = open()) {
            AtomicInteger counter = new AtomicInteger();
            Checkpoint<State> checkpoint = Checkpoint.of(store, () -> new State(counter.get()));
            checkpoint.save();
            CountDownLatch firstWrites = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            disk.take();
            disk.fault = (operation, f) -> {
                if (operation.equals("force")) {
                    firstWrites.countDown();
                    await(go);
                }
            };
            ExecutorService threads = Executors.newFixedThreadPool(savers);
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < savers; i++) {
                results.add(threads.submit(() -> {
                    int mine = counter.incrementAndGet();
                    checkpoint.save();
                    return durableValue() >= mine;
                }));
            }
            await(firstWrites);
            Awaitility.await().until(() -> counter.get() == savers && allWaiting(savers));
            go.countDown();
            for (Future<Boolean> result : results) {
                assertThat(result.get(60, TimeUnit.SECONDS)).isTrue();
            }
            threads.shutdown();
            assertThat(writes()).isBetween(1L, 3L);
        }
    }

    /** The number of threads of the pool that wait. */
    private static boolean allWaiting(int savers) {
        return Thread.getAllStackTraces().entrySet().stream()
                        .filter(e -> e.getKey().getName().startsWith("pool-"))
                        .filter(e -> List.of(e.getValue()).stream()
                                .anyMatch(frame -> frame.getClassName().endsWith("CheckpointWorker")
                                        && frame.getMethodName().equals("await")))
                        .count()
                == savers;
    }

    @Test
    void statesHandedInByManyThreadsEndWithTheLastOne() throws Exception {
        try (var store = open()) {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            AtomicInteger counter = new AtomicInteger();
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(threads.submit(() -> {
                    for (int j = 0; j < 20; j++) {
                        store.save(new State(counter.incrementAndGet()));
                    }
                    return null;
                }));
            }
            for (Future<?> result : results) {
                result.get(60, TimeUnit.SECONDS);
            }
            threads.shutdown();
            assertThat(writes()).isBetween(1L, 160L);
            store.save(new State(1000));
            assertThat(durableValue()).isEqualTo(1000);
        }
    }

    /** The effect of a pool's shutdown on saves that run on it. */
    @Test
    void stormOfInterruptsFailsNoSave() throws Exception {
        try (var store = open()) {
            AtomicInteger saved = new AtomicInteger();
            AtomicInteger flags = new AtomicInteger();
            Thread saver = new Thread(() -> {
                try {
                    for (int i = 1; i <= 200; i++) {
                        Thread.currentThread().interrupt();
                        store.save(new State(i));
                        saved.set(i);
                        flags.addAndGet(Thread.interrupted() ? 1 : 0);
                    }
                } catch (CheckpointException e) {
                    throw new AssertionError(e);
                }
            });
            saver.start();
            while (saver.isAlive()) {
                saver.interrupt();
                // The effect of a container that undeploys an application.
                Thread.getAllStackTraces().keySet().stream()
                        .filter(t -> t.getName().startsWith("shutdown4j-checkpoint"))
                        .forEach(Thread::interrupt);
                LockSupport.parkNanos(
                        50_000); // the processor is for the save, which is interrupted several times all the same
            }
            assertThat(saved).hasValue(200);
            assertThat(flags).hasValue(200);
            assertThat(durableValue()).isEqualTo(200);
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(p -> p.getFileName().toString())).noneMatch(name -> name.contains("tmp"));
        }
    }

    @Test
    void supplierThatFailsIsReportedAndTheStateKept() throws Exception {
        var store = open();
        store.save(new State(1));
        Checkpoint<State> saver = Checkpoint.<State>of(store, () -> {
            throw new IllegalStateException("no snapshot now");
        });
        StepResult result = saver.save(Duration.ofSeconds(60));
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.detail()).contains("no snapshot now", "take the state");
        assertThat(saver.finish(Duration.ofSeconds(60)).outcome()).isEqualTo(Outcome.FAILED);
        try (var next = CheckpointStore.json(file(), State.class)) {
            assertThat(next.load().state()).contains(new State(1));
            assertThat(next.lastRun().ending()).isEqualTo(LastRun.Ending.ABRUPT);
        }
    }

    @Test
    void supplierThatCallsItsStoreGetsAnExceptionInsteadOfADeadlock() throws Exception {
        try (var store = open()) {
            Checkpoint<State> saver = Checkpoint.of(store, () -> {
                try {
                    store.load();
                } catch (CheckpointException e) {
                    throw new AssertionError(e);
                }
                return new State(1);
            });
            assertThat(saver.save(Duration.ofSeconds(60)).detail()).contains("must not call its store");
        }
    }

    @Test
    void startTellsOfAStateThatCannotBeSaved() throws Exception {
        record Unreadable(Runnable task) {}
        try (var logs = CapturedLogs.open();
                var store = CheckpointStore.json(file(), Unreadable.class)) {
            Checkpoint<Unreadable> saver = Checkpoint.of(store, () -> new Unreadable(() -> {}));
            saver.start();
            Awaitility.await().until(() -> saver.unfinishedCount() == 0);
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("saving will fail");
        }
    }

    /** Scenario 57: the saved snapshot is consistent, although other threads change the state. */
    @Test
    void snapshotIsConsistentWhileTheStateChanges() throws Exception {
        record Pair(int left, int right) {}
        try (var store = CheckpointStore.json(file(), Pair.class)) {
            ReentrantLock lock = new ReentrantLock();
            int[] pair = new int[2];
            Checkpoint<Pair> checkpoint = Checkpoint.of(store, () -> {
                lock.lock();
                try {
                    return new Pair(pair[0], pair[1]);
                } finally {
                    lock.unlock();
                }
            });
            CyclicBarrier start = new CyclicBarrier(2);
            AtomicInteger stop = new AtomicInteger();
            Thread changer = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                while (stop.get() == 0) {
                    lock.lock();
                    pair[0]++;
                    pair[1]++;
                    lock.unlock();
                    LockSupport.parkNanos(10_000); // so that the supplier gets the lock on a busy machine, too
                }
            });
            changer.start();
            start.await();
            Set<Pair> seen = new HashSet<>();
            long began = System.nanoTime();
            for (int i = 0; i < 100 || (seen.size() < 2 && System.nanoTime() - began < 60_000_000_000L); i++) {
                checkpoint.save();
                Pair saved = store.load().state().orElseThrow();
                assertThat(saved.left()).isEqualTo(saved.right());
                seen.add(saved);
            }
            stop.set(1);
            changer.join();
            assertThat(seen).as("the state has changed meanwhile").hasSizeGreaterThan(1);
        }
    }

    @Test
    void openAndCloseLeaveNoThread() throws Exception {
        for (int i = 0; i < 20; i++) {
            open().close();
        }
        Awaitility.await().until(() -> threads().isEmpty());
    }
}
