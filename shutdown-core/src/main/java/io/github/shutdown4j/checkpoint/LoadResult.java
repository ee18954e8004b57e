package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.internal.Checks;

/**
 * What a store found when it loaded: a state, nothing, an older state, or only damage.
 *
 * <pre>{@code
 * Counters counters = store.load().orElse(Counters.ZERO);
 * }</pre>
 *
 * does for whoever wants to start in any case; the store has logged a warning if something was damaged. Who would
 * rather stop looks at the type.
 *
 * @param <T> the type of the state
 */
public sealed interface LoadResult<T> {

    /** The state, wherever it came from. */
    Optional<T> state();

    /** The state, or {@code initial} if there is none, be it that nothing was saved yet or that all was damaged. */
    default T orElse(T initial) {
        return state().orElse(initial);
    }

    /**
     * One saved generation.
     *
     * @param number counts the saves of this file, from 1
     * @param savedAt when, on the wall clock of the writer
     * @param schemaVersion the schema version it was written with
     * @param clean whether the run that saved it ended in order afterwards; false if it was forced or cut off, or is
     *     still running
     * @param edited whether its checksum was removed, which is how a person marks a file edited by hand
     */
    record Generation(long number, Instant savedAt, int schemaVersion, boolean clean, boolean edited) {
        public Generation {
            Checks.notNull("savedAt", savedAt);
        }
    }

    /** Nothing was ever saved. */
    record None<T>() implements LoadResult<T> {
        @Override
        public Optional<T> state() {
            return Optional.empty();
        }
    }

    /** The newest state, undamaged. */
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
     * The newest state was missing or damaged, and this is the one before.
     *
     * @param why what was wrong with the newer one
     * @param quarantined where the damaged files are now
     */
    record Recovered<T>(T value, Generation generation, String why, List<Path> quarantined) implements LoadResult<T> {
        public Recovered {
            Checks.notNull("value", value);
            Checks.notNull("generation", generation);
            Checks.notNull("why", why);
            quarantined = List.copyOf(quarantined);
        }

        @Override
        public Optional<T> state() {
            return Optional.of(value);
        }
    }

    /**
     * There were files and none could be used.
     *
     * @param why what was wrong with each
     * @param quarantined where the damaged files are now
     */
    record Damaged<T>(String why, List<Path> quarantined) implements LoadResult<T> {
        public Damaged {
            Checks.notNull("why", why);
            quarantined = List.copyOf(quarantined);
        }

        @Override
        public Optional<T> state() {
            return Optional.empty();
        }
    }
}
