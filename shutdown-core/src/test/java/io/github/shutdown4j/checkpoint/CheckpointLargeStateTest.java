package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

/** States above 1 MiB are encoded while their file is written, and read back from it. */
@Timeout(300)
class CheckpointLargeStateTest extends CheckpointFaultFixture {

    record Item(String name, int count, Object extra) {}

    record Large(List<Item> items) {
        static Large of(int size, Object lastExtra) {
            List<Item> items = new ArrayList<>(Collections.nCopies(size, new Item("\u00e4 name of some length", 7, 1)));
            items.set(size - 1, new Item("last", size, lastExtra));
            return new Large(items);
        }
    }

    private CheckpointStore<Large> openLarge() throws CheckpointException {
        return CheckpointStore.builder(file(), Large.class).disk(disk).open();
    }

    @Test
    void largeStateIsRestoredWithACorrectChecksum() throws Exception {
        Large state = Large.of(40_000, 2);
        try (var store = openLarge()) {
            store.save(state);
            disk.take();
            store.save(state);
            assertThat(disk.take().stream().distinct())
                    .containsSubsequence("create", "write", "patch", "access", "force", "close", "link", "move");
        }
        assertThat(Files.size(file())).isGreaterThan(3 << 20);
        assertThat(Files.readString(file()).substring(0, 300))
                .contains("\"format\" : 1", "\"crc32c\" : \"")
                .doesNotContain("\"00000000\"");
        try (var store = openLarge()) {
            assertThat(((LoadResult.Found<Large>) store.load()).value()).isEqualTo(state);
        }
    }

    @Test
    void damageFarInsideIsFound() throws Exception {
        try (var store = openLarge()) {
            store.save(Large.of(40_000, 2));
            store.save(Large.of(40_000, 3));
        }
        byte[] bytes = Files.readAllBytes(file());
        bytes[2 << 20] ^= 1;
        Files.write(file(), bytes);
        try (var store = openLarge()) {
            assertThat(((LoadResult.Recovered<Large>) store.load()).why()).contains("checksum does not match");
        }
    }

    @Test
    void largeStateThatWouldBeRestoredDifferentlyIsRefused() throws Exception {
        try (var store = openLarge()) {
            assertThatThrownBy(() -> store.save(Large.of(40_000, new BigDecimal("1.10"))))
                    .hasMessageContaining("/items/39999/extra was 1.10 and is 1.1");
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void failureHalfwayThroughTheStateLeavesTheOldOne() throws Exception {
        try (var store = openLarge()) {
            store.save(Large.of(30_000, 2));
            AtomicInteger writes = new AtomicInteger();
            disk.fault = (operation, file) -> {
                if (operation.equals("write") && writes.incrementAndGet() == 5) {
                    throw new IOException("No space left on device");
                }
            };
            assertThatThrownBy(() -> store.save(Large.of(30_000, 3)))
                    .hasMessageContaining("cannot write the new file")
                    .satisfies(e -> assertThat(((CheckpointException) e).kind()).isEqualTo(Kind.NOT_SAVED));
            disk.fault = (operation, file) -> {};
            assertThat(store.load().state()).contains(Large.of(30_000, 2));
        }
        assertThat(names(directory)).noneMatch(name -> name.contains("tmp"));
    }

    @Test
    void limitHoldsForWhatIsNotInMemory() throws Exception {
        try (var store =
                CheckpointStore.builder(file(), Large.class).maxBytes(2 << 20).open()) {
            assertThatThrownBy(() -> store.save(Large.of(40_000, 2))).hasMessageContaining("maxBytes");
        }
        assertThat(names(directory)).containsExactly("state.json.lock");
    }

    @Test
    void callerThatTimesOutHalfwayWithdrawsTheState() throws Exception {
        FakeTicker ticker = new FakeTicker(); // a slow disk has all the time that it needs
        CountDownLatch answers = new CountDownLatch(1);
        var store = CheckpointStore.builder(file(), Large.class)
                .disk(disk)
                .timeout(Duration.ofMinutes(1))
                .open();
        store.save(Large.of(30_000, 2));
        store.close();
        var impatient = CheckpointStore.builder(file(), Large.class)
                .disk(disk)
                .ticker(ticker)
                .timeout(Duration.ofMillis(1500))
                .open();
        CountDownLatch writing = new CountDownLatch(1);
        disk.fault = (operation, file) -> {
            if (operation.equals("write")) {
                writing.countDown();
                Probe.await(answers);
            }
        };
        FutureTask<Throwable> thrown =
                Background.onThread(() -> catchThrowable(() -> impatient.save(Large.of(30_000, 3))));
        Probe.await(writing);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(1500));
        assertThat(thrown.get()).isInstanceOfSatisfying(CheckpointException.class, e -> assertThat(e.kind())
                .isEqualTo(Kind.ABANDONED));
        disk.fault = (operation, file) -> {};
        answers.countDown();
        Awaitility.await().until(() -> impatient.worker().unfinished() == 0);
        assertThat(impatient.load().state()).contains(Large.of(30_000, 2));
        impatient.close();
    }

    @Test
    void unchangedLargeStateIsNotWrittenAgain() throws Exception {
        try (var store = openLarge()) {
            AtomicInteger extra = new AtomicInteger(1);
            AtomicInteger snapshots = new AtomicInteger();
            Checkpoint<Large> checkpoint = Checkpoint.every(Duration.ofMillis(20), store, () -> {
                snapshots.incrementAndGet();
                return Large.of(20_000, extra.get());
            });
            checkpoint.start();
            Awaitility.await().until(() -> files() == 1);
            int then = snapshots.get();
            Awaitility.await().until(() -> snapshots.get() > then + 3);
            assertThat(files()).isEqualTo(1);
            extra.set(2);
            Awaitility.await().until(() -> files() == 2);
        }
    }

    /** The number of times that a file was written, apart from the warm-up. */
    private long files() {
        return List.copyOf(disk.operations).stream().filter("force"::equals).count() - 1;
    }
}
