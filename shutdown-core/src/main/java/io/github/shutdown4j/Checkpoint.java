package io.github.shutdown4j;

import java.time.Duration;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;

/**
 * A state to be kept in a {@link CheckpointStore}: where it goes, how to get it, and how often to save it meanwhile.
 *
 * <pre>{@code
 * var checkpoint = Checkpoint.every(Duration.ofSeconds(10), store, carts::snapshot);
 * }</pre>
 *
 * <p>Hand it to the coordinator, which starts it, saves as soon as the drain is over and once more at the end. Or call
 * {@link #start}, {@link #save} and {@link #finish} yourself.
 *
 * <p><b>The supplier</b> returns the state at the time of the call as an immutable value, or as one that nobody changes
 * any more: what it returns is what is written. It is called once for each write, after the save was asked for, on the
 * store's thread. So it must take care of concurrent changes itself, must not call the store, and callers of
 * {@link #save} must not hold a lock that it needs.
 *
 * @param <T> the type of the state
 */
public final class Checkpoint<T> {

    private final CheckpointStore<T> store;
    private final Supplier<? extends T> state;
    private final @Nullable Duration period;

    private Checkpoint(CheckpointStore<T> store, Supplier<? extends T> state, @Nullable Duration period) {
        this.store = Checks.notNull("store", store);
        this.state = Checks.notNull("state", state);
        this.period = period;
    }

    /** Saved when asked to, and when the process ends. */
    public static <T> Checkpoint<T> of(CheckpointStore<T> store, Supplier<? extends T> state) {
        return new Checkpoint<>(store, state, null);
    }

    /**
     * Saved every {@code period} as well, if it has changed: if its encoded form differs. A period that passes while
     * the disk is still busy with the save before is skipped. A periodic save that fails is logged and tried again
     * with the next beat.
     */
    public static <T> Checkpoint<T> every(Duration period, CheckpointStore<T> store, Supplier<? extends T> state) {
        return new Checkpoint<>(store, state, Checks.positive("period", period));
    }

    /**
     * Begins to save periodically, if that was asked for. Calls the supplier once to try in the background whether its
     * state can be encoded and decoded again, and logs a warning if not. The coordinator does this.
     *
     * @throws CheckpointException if the store is closed
     */
    public void start() throws CheckpointException {
        store.tryOut(state);
        if (period != null) {
            store.saveEvery(period, state);
        }
    }

    /**
     * Saves the state as it is now, and returns when it is durable. Callers at the same time share one write.
     *
     * @throws CheckpointException as {@link CheckpointStore#save} does
     */
    public void save() throws CheckpointException {
        var unused = store.save(state, store.timeout());
    }

    /**
     * Saves for the last time, also if the state is as it was, so that the file itself says that it was the last of its
     * run; notes that the run ended in order if that went well, and closes the store in any case. The coordinator does
     * this.
     *
     * @throws CheckpointException as {@link CheckpointStore#save} does
     */
    public void finish() throws CheckpointException {
        var unused = store.finish(state, store.timeout());
    }

    /** What the coordinator works with. */
    StateSaver saver() {
        return new CheckpointSaver<>(this, store, state);
    }
}
