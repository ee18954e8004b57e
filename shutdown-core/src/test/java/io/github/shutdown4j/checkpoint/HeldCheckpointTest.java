package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class HeldCheckpointTest {

    record Count(int value) {
        Count next() {
            return new Count(value + 1);
        }
    }

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("state.json");
    }

    private CheckpointStore<Count> open() throws CheckpointException {
        return CheckpointStore.json(file(), Count.class);
    }

    @Test
    void stateIsLoadedUpdatedAndSaved() throws Exception {
        HeldCheckpoint<Count> count = Checkpoint.holding(open(), new Count(0));
        assertThat(count.get()).isEqualTo(new Count(0));
        assertThat(count.update(Count::next)).isEqualTo(new Count(1));
        count.finish();
        HeldCheckpoint<Count> next = Checkpoint.holdingEvery(Duration.ofHours(1), open(), new Count(100));
        assertThat(next.get()).isEqualTo(new Count(1));
        next.finish();
    }

    @Test
    void updatesOfManyThreadsAreAllThereAndEachRunsOnce() throws Exception {
        HeldCheckpoint<Count> count = Checkpoint.holding(open(), new Count(0));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < 4; i++) {
            threads.execute(() -> {
                for (int j = 0; j < 500; j++) {
                    count.update(Count::next);
                }
            });
        }
        threads.shutdown();
        count.save();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        count.finish();
        try (var store = open()) {
            assertThat(store.load().state()).contains(new Count(2000));
        }
    }

    @Test
    void updateThatFailsLeavesTheState() throws Exception {
        HeldCheckpoint<Count> count = Checkpoint.holding(open(), new Count(3));
        assertThatThrownBy(() -> count.update(before -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThatThrownBy(() -> count.update(before -> null)).isInstanceOf(NullPointerException.class);
        assertThat(count.get()).isEqualTo(new Count(3));
        count.abandon();
    }

    @Test
    void updateWithinAnUpdateIsRefused() throws Exception {
        HeldCheckpoint<Count> count = Checkpoint.holding(open(), new Count(3));
        assertThatThrownBy(() -> count.update(before -> count.update(Count::next)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("state.json");
        assertThat(count.get()).isEqualTo(new Count(3));
        assertThat(count.update(Count::next)).isEqualTo(new Count(4));
        count.abandon();
    }

    static final class Names {
        public List<String> names = new ArrayList<>();
    }

    @Test
    void stateChangedInPlaceIsLoggedOnceAndARecordNever() throws Exception {
        try (var logs = CapturedLogs.open()) {
            HeldCheckpoint<Count> count = Checkpoint.holding(open(), new Count(3));
            count.update(before -> before);
            count.finish();
            HeldCheckpoint<Names> names =
                    Checkpoint.holding(CheckpointStore.json(directory.resolve("names"), Names.class), new Names());
            for (int i = 0; i < 2; i++) {
                names.update(before -> {
                    before.names.add("a");
                    return before;
                });
            }
            names.finish();
            assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("update returned the Names");
        }
    }

    /** Two halves that are always equal except during a change. */
    static final class Halves {
        private final CountDownLatch leftWritten;
        private final CountDownLatch mayGoOn;
        private int left;
        private int right;

        Halves(CountDownLatch leftWritten, CountDownLatch mayGoOn) {
            this.leftWritten = leftWritten;
            this.mayGoOn = mayGoOn;
        }

        @SuppressWarnings("unused") // read back
        Halves() {
            this(new CountDownLatch(0), new CountDownLatch(0));
        }

        public int getLeft() {
            return left;
        }

        /** Between the two halves another thread changes both. */
        public int getRight() {
            if (leftWritten.getCount() > 0) {
                leftWritten.countDown();
                Probe.await(mayGoOn);
            }
            return right;
        }

        public void setLeft(int left) {
            this.left = left;
        }

        public void setRight(int right) {
            this.right = right;
        }
    }

    @Test
    void stateTornByAChangeInPlaceIsRefused() throws Exception {
        CountDownLatch leftWritten = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        HeldCheckpoint<Halves> halves =
                Checkpoint.holding(CheckpointStore.json(file(), Halves.class), new Halves(leftWritten, mayGoOn));
        Thread changer = new Thread(() -> {
            Probe.await(leftWritten);
            halves.update(before -> {
                before.left++;
                before.right++;
                return before;
            });
            mayGoOn.countDown();
        });
        changer.start();
        assertThatThrownBy(halves::save).hasMessageContaining("changes while it is saved: /left was 0 and is 1");
        changer.join();
        halves.save();
        halves.finish();
    }
}
