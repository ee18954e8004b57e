package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.internal.Checks;

/**
 * The result of a load: a state, nothing, the previous state, or only damaged files.
 *
 * <p>To start in any case, use {@link #orElse}; the store has logged a warning about damage:
 *
 * <pre>{@code
 * Counters counters = store.load().orElse(Counters.ZERO);
 * }</pre>
 *
 * To stop in case of damage, check the type of the result.
 *
 * @param <T> the type of the state
 */
public sealed interface LoadResult<T> {

    /** Returns the state; empty for {@link None} and {@link Damaged}. */
    Optional<T> state();

    /** Returns the state, or {@code initial} if nothing was saved or everything is damaged. */
    default T orElse(T initial) {
        return state().orElse(initial);
    }

    /**
     * One saved generation.
     *
     * @param number the number of the save, counted from 1 for each file
     * @param savedAt the time of the save, on the wall clock of the writer
     * @param schemaVersion the schema version of the state
     * @param clean whether the run that saved it ended cleanly afterwards; false if it was forced, ended abruptly, or is still
     *     running
     * @param edited whether the checksum was removed, as for a manual edit
     */
    record Generation(long number, Instant savedAt, int schemaVersion, boolean clean, boolean edited) {
        public Generation {
            Checks.notNull("savedAt", savedAt);
        }
    }

    /** Nothing was saved yet. */
    record None<T>() implements LoadResult<T> {
        @Override
        public Optional<T> state() {
            return Optional.empty();
        }
    }

    /** The newest state. */
    record Found<T>(T value, Generation generation) implements LoadResult<T> {
        public Found {
            Checks.notNull("value", value);
            Checks.notNull("generation", generation);
        }

        @Override
        public Optional<T> state() {
            return Optional.of(value);
        }
    }

    /**
     * A previous state, because the newest one was missing or damaged.
     *
     * @param why the problem of the newer state
     * @param quarantined the damaged files, under their new names
     */
    record Recovered<T>(T value, Generation generation, String why, List<Path> quarantined) implements LoadResult<T> {
        public Recovered {
            Checks.notNull("value", value);
            Checks.notNull("generation", generation);
            Checks.notNull("why", why);
            quarantined = Checks.listOf("quarantined", quarantined);
        }

        @Override
        public Optional<T> state() {
            return Optional.of(value);
        }
    }

    /**
     * Files exist, but none is usable.
     *
     * @param why the problem of each file
     * @param quarantined the damaged files, under their new names
     */
    record Damaged<T>(String why, List<Path> quarantined) implements LoadResult<T> {
        public Damaged {
            Checks.notNull("why", why);
            quarantined = Checks.listOf("quarantined", quarantined);
        }

        @Override
        public Optional<T> state() {
            return Optional.empty();
        }
    }
}
