package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.testing.CapturedLogs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Periodic saves: when they run, when they are skipped, and the log lines of failures. */
@Timeout(180)
class PeriodicSaveTest extends CheckpointSavingFixture {

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
            schedule(1);
            Awaitility.await().until(() -> calls.get() == 2);
            Awaitility.await().until(() -> durableValueOr(0) == 1);
            Awaitility.await().until(() -> store.worker().unfinished() == 0);
            assertThat(writes()).isEqualTo(1);
            schedule(1);
            Awaitility.await().until(() -> calls.get() == 3);
            Awaitility.await().until(() -> store.worker().unfinished() == 0);
            assertThat(writes()).isZero();
            value.set(2);
            ticker.awaitSleepers(1);
            ticker.advanceWakingNone(Duration.ofMillis(9_999));
            assertThat(calls).hasValue(3);
            ticker.advance(Duration.ofMillis(1));
            Awaitility.await().until(() -> durableValueOr(0) == 2);
            // A save on demand counts as well.
            value.set(3);
            checkpoint.save();
            disk.take();
            schedule(1);
            Awaitility.await().until(() -> calls.get() == 6);
            Awaitility.await().until(() -> store.worker().unfinished() == 0);
            assertThat(writes()).isZero();
        }
    }

    private int durableValueOr(int otherwise) throws IOException {
        return Files.exists(file()) ? durableValue() : otherwise;
    }

    private void schedule(int count) {
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
            schedule(1);
            Awaitility.await().until(() -> value.get() == 2);
            ticker.advance(Duration.ofSeconds(55));
            go.countDown();
            // One overdue save, none for those that were missed.
            Awaitility.await().until(() -> value.get() == 3);
            ticker.awaitSleepers(1);
            assertThat(value).hasValue(3);
            ticker.advanceWakingNone(Duration.ofMillis(4_999));
            assertThat(value).hasValue(3);
            ticker.advance(Duration.ofMillis(1));
            Awaitility.await().until(() -> value.get() == 4);
        }
    }

    @Test
    void periodicSavesThatFailAreLoggedOnceAndRetried() throws Exception {
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
                schedule(1);
                int expected = i;
                Awaitility.await().until(() -> value.get() == expected);
            }
            ticker.awaitSleepers(1);
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("No space left");
            disk.fault = (operation, f) -> {};
            schedule(1);
            Awaitility.await().until(() -> durableValueOr(0) == 6);
            ticker.awaitSleepers(1);
            assertThat(logs.texts(Level.INFO)).last().asString().contains("works again, after 4 failures");
        }
    }

    @Test
    void noPeriodicSaveFollowsTheEnd() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        var store = openOnFakeTime();
        Checkpoint<State> saver =
                Checkpoint.every(Duration.ofSeconds(10), store, () -> new State(calls.incrementAndGet()));
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
    void saveThatIsNotDurableIsRepeatedThoughTheStateStaysTheSame() throws Exception {
        AtomicInteger value = new AtomicInteger(1);
        AtomicInteger calls = new AtomicInteger();
        try (var logs = CapturedLogs.open();
                var store = openOnFakeTime()) {
            Checkpoint.every(Duration.ofSeconds(10), store, () -> {
                        calls.incrementAndGet();
                        return new State(value.get());
                    })
                    .start();
            beat(store, calls, 2);
            value.set(2);
            disk.take();
            disk.fault = (operation, f) -> {
                if (operation.equals("force directory")) {
                    throw new FileSystemException(f.toString(), null, "Input/output error");
                }
            };
            beat(store, calls, 3);
            beat(store, calls, 4);
            assertThat(writes()).isEqualTo(2);
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("Input/output error");
            assertThat(logs.texts(Level.INFO)).noneMatch(line -> line.contains("works again"));
            disk.fault = (operation, f) -> {};
            beat(store, calls, 5);
            assertThat(writes()).isEqualTo(1);
            assertThat(logs.texts(Level.INFO)).last().asString().contains("works again, after 2 failures");
            beat(store, calls, 6);
            assertThat(writes()).isZero();
        }
    }

    @Test
    void stateOfTheLastDurableSaveIsSavedAgainAfterOneThatWasNot() throws Exception {
        AtomicInteger value = new AtomicInteger(1);
        AtomicInteger calls = new AtomicInteger();
        try (var store = openOnFakeTime()) {
            Checkpoint.every(Duration.ofSeconds(10), store, () -> {
                        calls.incrementAndGet();
                        return new State(value.get());
                    })
                    .start();
            beat(store, calls, 2);
            value.set(2);
            disk.fault = (operation, f) -> {
                if (operation.equals("force directory")) {
                    throw new FileSystemException(f.toString(), null, "Input/output error");
                }
            };
            beat(store, calls, 3);
            assertThat(durableValue()).isEqualTo(2);
            disk.fault = (operation, f) -> {};
            value.set(1);
            beat(store, calls, 4);
            assertThat(durableValue()).isEqualTo(1);
        }
    }

    private void beat(CheckpointStore<State> store, AtomicInteger calls, int expected) {
        schedule(1);
        Awaitility.await().until(() -> calls.get() == expected);
        Awaitility.await().until(() -> store.worker().unfinished() == 0);
    }
}
