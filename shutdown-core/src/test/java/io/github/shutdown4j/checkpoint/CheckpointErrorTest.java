package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.HostileFailures;
import io.github.shutdown4j.testing.OnceFree;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Errors in code that uses a store, and invalid calls, lose neither the file nor a state. */
@Timeout(180)
class CheckpointErrorTest {

    record State(int value) {}

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("state.json");
    }

    private CheckpointSettings<State> settings() {
        return new CheckpointSettings<>(
                "state.json",
                file(),
                new ComponentLogger(CheckpointStore.class, "checkpoint"),
                new JsonCodec<>(State.class),
                1,
                Map.of(),
                1 << 20,
                1,
                ofSeconds(60),
                new NioFileSystem(),
                Ticker.system());
    }

    /** The caller's timeout elapses just as the file has been opened: one of the two must release the lock. */
    @Test
    void fileIsFreeAfterAnOpeningThatCameAMomentTooLate() throws Exception {
        CheckpointWorker worker = new CheckpointWorker("state.json", file(), Ticker.system());
        worker.start();
        OpenTask<State> opening = new OpenTask<>(settings(), worker);
        var unused = opening.call();
        opening.abandon();
        worker.stop();
        CheckpointStore<State> store = OnceFree.open(() -> CheckpointStore.json(file(), State.class));
        store.save(new State(1));
        store.close();
    }

    @Test
    void errorWhileItWaitsForTheNextPeriodDoesNotEndTheSaving() throws Exception {
        FailingTicker ticker = new FailingTicker();
        try (var store = CheckpointStore.builder(file(), State.class)
                .ticker(ticker)
                .timeout(ofSeconds(60))
                .open()) {
            Checkpoint<State> checkpoint = Checkpoint.every(ofHours(1), store, () -> new State(1));
            ticker.failNextWaitOf("shutdown4j-checkpoint-state.json");
            checkpoint.start();
            await().until(ticker::waitHasFailed);
            store.save(new State(2));
            assertThat(store.load().state()).contains(new State(2));
        }
    }

    @Test
    void supplierWhoseFailureHasNoReadableTextHasNotSaved() throws Exception {
        try (var store = CheckpointStore.json(file(), State.class)) {
            Checkpoint<State> checkpoint = Checkpoint.of(store, () -> {
                throw sneaky(HostileFailures.exception());
            });
            assertThatThrownBy(checkpoint::save)
                    .satisfies(e ->
                            assertThat(((CheckpointException) e).kind()).isEqualTo(CheckpointException.Kind.NOT_SAVED))
                    .hasMessageContaining("HostileException");
            assertThat(checkpoint.save(ofSeconds(60)).outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> RuntimeException sneaky(Throwable failure) throws E {
        throw (E) failure;
    }

    /**
     * A state that does not fit into memory is refused by an exception, which some code around a stream treats as its
     * end.
     */
    @Test
    void codecThatSwallowsTheRefusalOfALargeStateLosesNoneOfIt() throws Exception {
        String text = "x".repeat(3 << 20);
        CheckpointCodec<String> codec = new CheckpointCodec<>() {
            @Override
            public byte[] encode(String state) {
                return ('"' + state + '"').getBytes(StandardCharsets.US_ASCII);
            }

            @Override
            public void encode(String state, OutputStream out) throws IOException {
                byte[] json = encode(state);
                try {
                    for (int from = 0; from < json.length; from += 1 << 16) {
                        out.write(json, from, Math.min(1 << 16, json.length - from));
                    }
                } catch (RuntimeException swallowed) {
                    // as PrintStream does with every exception of I/O
                }
            }

            @Override
            public String decode(byte[] json) {
                return new String(json, 1, json.length - 2, StandardCharsets.US_ASCII);
            }
        };
        try (var store =
                CheckpointStore.builder(file(), String.class).codec(codec).open()) {
            store.save(text);
            assertThat(store.load().state().orElseThrow()).isEqualTo(text);
        }
    }

    @Test
    void errorWhileTheStoreIsPreparedIsLogged() throws Exception {
        CheckpointFaultyFileSystem disk = new CheckpointFaultyFileSystem();
        try (CapturedLogs logs = CapturedLogs.open()) {
            disk.fault = (operation, path) -> {
                if (operation.equals("link")) {
                    throw new NoClassDefFoundError("gone");
                }
            };
            try (var store =
                    CheckpointStore.builder(file(), State.class).disk(disk).open()) {
                await().untilAsserted(() -> assertThat(logs.texts(Level.WARN))
                        .anyMatch(text ->
                                text.contains("saving will fail unless this changes") && text.contains("gone")));
                disk.fault = (operation, path) -> {};
                store.save(new State(1));
            }
        }
    }

    @Test
    void updateWithinAnUpdateIsRefusedBeforeItIsLost() throws Exception {
        HeldCheckpoint<State> held = Checkpoint.holding(CheckpointStore.json(file(), State.class), new State(1));
        assertThatThrownBy(() -> held.update(outer -> {
                    held.update(inner -> new State(10));
                    return new State(outer.value() + 1);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("update");
        assertThat(held.get()).isEqualTo(new State(1));
        assertThat(held.update(before -> new State(2))).isEqualTo(new State(2));
        held.finish();
    }
}
