package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.internal.Ticker;

import static org.assertj.core.api.Assertions.assertThat;

/** The start and end of the last run, on its own wall clock. */
class LastRunTest {

    @TempDir
    Path directory;

    private final SettableClock clock = new SettableClock();

    private CheckpointStore<String> openAt(String moment) throws CheckpointException {
        clock.now = Instant.parse(moment);
        return CheckpointStore.builder(directory.resolve("state.json"), String.class)
                .ticker(clock)
                .open();
    }

    private void assertLastRun(LastRun.Ending ending, String began, String ended) throws CheckpointException {
        try (var store = openAt("2030-01-01T00:00:00Z")) {
            LastRun last = store.lastRun();
            assertThat(last.ending()).isEqualTo(ending);
            assertThat(last.startedAt()).contains(Instant.parse(began));
            assertThat(last.endedAt()).contains(Instant.parse(ended));
        }
    }

    @Test
    void aCleanOneEndedWithItsClose() throws Exception {
        var store = openAt("2024-05-06T07:00:00Z");
        clock.now = Instant.parse("2024-05-06T08:00:00Z");
        store.close();
        assertLastRun(LastRun.Ending.CLEAN, "2024-05-06T07:00:00Z", "2024-05-06T08:00:00Z");
    }

    @Test
    void aClockThatIsSetBackDoesNotMakeAnEndAbrupt() throws Exception {
        var store = openAt("2024-05-06T07:00:00Z");
        clock.now = Instant.parse("2024-05-06T09:00:00Z");
        store.save("a");
        clock.now = Instant.parse("2024-05-06T08:00:00Z");
        store.close();
        openAt("2024-05-06T08:30:00Z").close(); // saves nothing
        assertLastRun(LastRun.Ending.CLEAN, "2024-05-06T08:30:00Z", "2024-05-06T09:00:00Z");
    }

    @Test
    void aForcedOneEndedWhenItWasForced() throws Exception {
        var store = openAt("2024-05-06T07:00:00Z");
        clock.now = Instant.parse("2024-05-06T08:00:00Z");
        store.markForced();
        clock.now = Instant.parse("2024-05-06T09:00:00Z");
        store.abandon();
        assertLastRun(LastRun.Ending.FORCED, "2024-05-06T07:00:00Z", "2024-05-06T08:00:00Z");
    }

    @Test
    void anAbruptOneWasLastActiveWhenItSaved() throws Exception {
        var store = openAt("2024-05-06T07:00:00Z");
        clock.now = Instant.parse("2024-05-06T08:00:00Z");
        store.save("a");
        clock.now = Instant.parse("2024-05-06T09:00:00Z");
        store.abandon();
        assertLastRun(LastRun.Ending.ABRUPT, "2024-05-06T07:00:00Z", "2024-05-06T08:00:00Z");
    }

    @Test
    void theTextSaysWhatIsKnown() {
        Optional<Instant> began = Optional.of(Instant.parse("2024-05-06T07:00:00Z"));
        Optional<Instant> ended = Optional.of(Instant.parse("2024-05-06T08:00:00Z"));
        assertThat(new LastRun(LastRun.Ending.FIRST_RUN, Optional.empty(), Optional.empty(), Optional.empty()).text())
                .isEqualTo("there was no run before");
        assertThat(new LastRun(LastRun.Ending.ABRUPT, Optional.empty(), Optional.empty(), Optional.empty()).text())
                .isEqualTo("the last run ended abruptly");
        assertThat(new LastRun(LastRun.Ending.CLEAN, began, ended, Optional.empty()).text())
                .isEqualTo("the last run (started 2024-05-06T07:00:00Z) ended cleanly, at 2024-05-06T08:00:00Z");
        assertThat(new LastRun(LastRun.Ending.ABRUPT, began, ended, Optional.of(4711L)).text())
                .isEqualTo("the last run (process 4711, started 2024-05-06T07:00:00Z) ended abruptly,"
                        + " last active at 2024-05-06T08:00:00Z");
    }

    /**
     * Its wall clock stays at the instant that was set last. No other time passes: on a busy machine, what is noted of a run
     * and the release of the lock would not be waited for long enough.
     */
    private static final class SettableClock implements Ticker {
        private volatile Instant now = Instant.EPOCH;

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
            condition.await();
        }
    }
}
