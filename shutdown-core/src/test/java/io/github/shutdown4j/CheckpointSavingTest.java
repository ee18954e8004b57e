package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.FakeTicker;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who saves when, and how often: merged, periodic, interrupted, at the end. */
@Timeout(60)
class CheckpointSavingTest {

    record State(int value) {}

    @TempDir
    Path folder;

    private final CheckpointFaultyDisk disk = new CheckpointFaultyDisk();
    private final FakeTicker ticker = new FakeTicker();

    private Path file() {
        return folder.resolve("state.json");
    }

    private CheckpointStore<State> open() throws CheckpointException {
        CheckpointStore<State> store =
                CheckpointStore.builder(file(), State.class).disk(disk).open();
        store.load();
        return store;
    }

    private CheckpointStore<State> openOnFakeTime() throws CheckpointException {
        CheckpointStore<State> store = CheckpointStore.builder(file(), State.class)
                .disk(disk)
                .time(ticker, Clock.systemUTC())
                .open();
        store.load();
        return store;
    }

    private long writes() {
        return disk.take().stream().filter("force folder"::equals).count();
    }

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
                assertThat(result.get(20, TimeUnit.SECONDS)).isTrue();
            }
            threads.shutdown();
            assertThat(writes()).isBetween(1L, 3L);
        }
    }

    /** Of the pool's threads, how many wait. */
    private static boolean allWaiting(int savers) {
        return Thread.getAllStackTraces().entrySet().stream()
                        .filter(e -> e.getKey().getName().startsWith("pool-"))
                        .filter(e -> List.of(e.getValue()).stream()
                                .anyMatch(frame -> frame.getClassName().endsWith("CheckpointWorker")
                                        && frame.getMethodName().equals("await")))
                        .count()
                == savers;
    }

    private int durableValue() throws IOException {
        return Integer.parseInt(Files.readString(file()).replaceAll("(?s).*\"value\" : (\\d+).*", "$1"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
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
                result.get(30, TimeUnit.SECONDS);
            }
            threads.shutdown();
            assertThat(writes()).isLessThanOrEqualTo(160);
            store.save(new State(1000));
            assertThat(durableValue()).isEqualTo(1000);
        }
    }

    /** What a pool that is shut down does to those who save on it. */
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
                // What a container does that tears an application down.
                Thread.getAllStackTraces().keySet().stream()
                        .filter(t -> t.getName().startsWith("shutdown4j-checkpoint"))
                        .forEach(Thread::interrupt);
            }
            assertThat(saved).hasValue(200);
            assertThat(flags).hasValue(200);
            assertThat(durableValue()).isEqualTo(200);
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(p -> p.getFileName().toString())).noneMatch(name -> name.contains("tmp"));
        }
    }

    @Test
    void beatSavesOnlyWhatHasChanged() throws Exception {
        AtomicInteger value = new AtomicInteger(1);
        AtomicInteger calls = new AtomicInteger();
        try (var store = openOnFakeTime()) {
            Checkpoint<State> checkpoint = Checkpoint.every(Duration.ofSeconds(10), store, () -> {
                calls.incrementAndGet();
                return new State(value.get());
            });
            checkpoint.start();
            disk.take();
            beat(1);
            Awaitility.await().until(() -> calls.get() == 2);
            Awaitility.await().until(() -> durableValueOr(0) == 1);
            Awaitility.await().until(() -> store.worker().unfinished() == 0);
            assertThat(writes()).isEqualTo(1);
            beat(1);
            Awaitility.await().until(() -> calls.get() == 3);
            Awaitility.await().until(() -> store.worker().unfinished() == 0);
            assertThat(writes()).isZero();
            value.set(2);
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofMillis(9_999));
            assertThat(calls).hasValue(3);
            ticker.advance(Duration.ofMillis(1));
            Awaitility.await().until(() -> durableValueOr(0) == 2);
            // A save on demand counts as well.
            value.set(3);
            checkpoint.save();
            disk.take();
            beat(1);
            Awaitility.await().until(() -> calls.get() == 6);
            Awaitility.await().until(() -> store.worker().unfinished() == 0);
            assertThat(writes()).isZero();
        }
    }

    private int durableValueOr(int otherwise) throws IOException {
        return Files.exists(file()) ? durableValue() : otherwise;
    }

    private void beat(int count) {
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(10).multipliedBy(count));
    }

    @Test
    void slowDiskSkipsBeatsInsteadOfQueueingThem() throws Exception {
        AtomicInteger value = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        try (var store = openOnFakeTime()) {
            Checkpoint.every(Duration.ofSeconds(10), store, () -> new State(value.incrementAndGet()))
                    .start();
            Awaitility.await().until(() -> value.get() == 1);
            disk.fault = (operation, f) -> {
                if (operation.equals("force")) {
                    await(go);
                }
            };
            beat(1);
            Awaitility.await().until(() -> value.get() == 2);
            ticker.advance(Duration.ofSeconds(55));
            go.countDown();
            // One beat that is overdue, none for those missed.
            Awaitility.await().until(() -> value.get() == 3);
            ticker.awaitSleepers(1);
            assertThat(value).hasValue(3);
            ticker.advance(Duration.ofMillis(4_999));
            assertThat(value).hasValue(3);
            ticker.advance(Duration.ofMillis(1));
            Awaitility.await().until(() -> value.get() == 4);
        }
    }

    @Test
    void beatsThatFailAreToldOnceAndTriedAgain() throws Exception {
        AtomicInteger value = new AtomicInteger();
        try (var logs = CapturedLogs.open();
                var store = openOnFakeTime()) {
            disk.fault = (operation, f) -> {
                if (operation.equals("write")) {
                    throw new FileSystemException(f.toString(), null, "No space left on device");
                }
            };
            Checkpoint.every(Duration.ofSeconds(10), store, () -> new State(value.incrementAndGet()))
                    .start();
            for (int i = 2; i <= 5; i++) {
                beat(1);
                int expected = i;
                Awaitility.await().until(() -> value.get() == expected);
            }
            ticker.awaitSleepers(1);
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("No space left");
            disk.fault = (operation, f) -> {};
            beat(1);
            Awaitility.await().until(() -> durableValueOr(0) == 6);
            ticker.awaitSleepers(1);
            assertThat(logs.texts(Level.INFO)).last().asString().contains("works again, after 4 failures");
        }
    }

    @Test
    void noBeatComesAfterTheEnd() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        var store = openOnFakeTime();
        StateSaver saver = Checkpoint.every(Duration.ofSeconds(10), store, () -> new State(calls.incrementAndGet()))
                .saver();
        saver.start();
        assertThat(saver.finish(Duration.ofSeconds(5)).outcome()).isEqualTo(Outcome.DONE);
        int before = calls.get();
        ticker.advance(Duration.ofMinutes(5));
        Awaitility.await().until(() -> threads().isEmpty());
        assertThat(calls).hasValue(before);
        assertThatThrownBy(store::load).isInstanceOf(CheckpointException.class);
        store.close();
        saver.abandon();
    }

    @Test
    void supplierThatFailsIsReportedAndTheStateKept() throws Exception {
        var store = open();
        store.save(new State(1));
        StateSaver saver = Checkpoint.<State>of(store, () -> {
                    throw new IllegalStateException("no snapshot now");
                })
                .saver();
        StepResult result = saver.save(Duration.ofSeconds(5));
        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.detail()).contains("no snapshot now", "take the state");
        assertThat(saver.finish(Duration.ofSeconds(5)).outcome()).isEqualTo(Outcome.FAILED);
        try (var next = CheckpointStore.json(file(), State.class)) {
            assertThat(next.load().state()).contains(new State(1));
            assertThat(next.lastRun().ending()).isEqualTo(LastRun.Ending.CUT_OFF);
        }
    }

    @Test
    void supplierThatCallsItsStoreIsToldSoInsteadOfWaitingForItself() throws Exception {
        try (var store = open()) {
            StateSaver saver = Checkpoint.of(store, () -> {
                        try {
                            store.load();
                        } catch (CheckpointException e) {
                            throw new AssertionError(e);
                        }
                        return new State(1);
                    })
                    .saver();
            assertThat(saver.save(Duration.ofSeconds(5)).detail()).contains("must not call its store");
        }
    }

    @Test
    void startTellsOfAStateThatCannotBeSaved() throws Exception {
        record Unreadable(Runnable task) {}
        try (var logs = CapturedLogs.open();
                var store = CheckpointStore.json(file(), Unreadable.class)) {
            StateSaver saver =
                    Checkpoint.of(store, () -> new Unreadable(() -> {})).saver();
            saver.start();
            Awaitility.await().until(() -> saver.unfinishedCount() == 0);
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("saving will fail");
        }
    }

    /** Scenario 57: the snapshot is one moment's, whoever changes the state meanwhile. */
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
                }
            });
            changer.start();
            start.await();
            for (int i = 0; i < 100; i++) {
                checkpoint.save();
                Pair saved = store.load().state().orElseThrow();
                assertThat(saved.left()).isEqualTo(saved.right());
            }
            stop.set(1);
            changer.join();
        }
    }

    @Test
    void openAndCloseLeaveNoThread() throws Exception {
        for (int i = 0; i < 20; i++) {
            open().close();
        }
        Awaitility.await().until(() -> threads().isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter("shutdown4j-checkpoint-state.json"::equals)
                .toList();
    }
}
