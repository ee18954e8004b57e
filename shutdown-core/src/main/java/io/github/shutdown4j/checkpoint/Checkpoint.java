package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.CheckpointEngine.Saved;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

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
public sealed class Checkpoint<T> implements UnfinishedWork.Source permits HeldCheckpoint {

    private final CheckpointStore<T> store;
    private final Supplier<? extends T> state;
    private final @Nullable Duration period;

    Checkpoint(CheckpointStore<T> store, Supplier<? extends T> state, @Nullable Duration period) {
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
     * Holds the state itself: loads it now, and hands it out and changes it from then on. Saved when asked to, and when
     * the process ends.
     *
     * @param initial the state if none can be loaded, as with {@link LoadResult#orElse}; load before if you would rather
     *     stop when the file is damaged
     * @throws CheckpointException as {@link CheckpointStore#load} does
     */
    public static <T> HeldCheckpoint<T> holding(CheckpointStore<T> store, T initial) throws CheckpointException {
        return HeldCheckpoint.of(store, initial, null);
    }

    /**
     * As {@link #holding}, and saved every {@code period} as well, as with {@link #every}.
     *
     * @throws CheckpointException as {@link CheckpointStore#load} does
     */
    public static <T> HeldCheckpoint<T> holdingEvery(Duration period, CheckpointStore<T> store, T initial)
            throws CheckpointException {
        return HeldCheckpoint.of(store, initial, Checks.positive("period", period));
    }

    /**
     * No state, only a record in {@code file} of how each run ends: for a coordinator that has nothing to save. The same
     * {@linkplain CheckpointStore files} appear beside it.
     *
     * @throws CheckpointException as {@link CheckpointStore#json} does
     */
    public static Checkpoint<Boolean> marker(Path file) throws CheckpointException {
        CheckpointStore<Boolean> store = CheckpointStore.builder(file, Boolean.class)
                .codec(new MarkerCodec())
                .previousGenerations(0)
                .open();
        return of(store, () -> true);
    }

    private static final class MarkerCodec implements CheckpointCodec<Boolean> {
        @Override
        public byte[] encode(Boolean state) {
            return new byte[] {'t', 'r', 'u', 'e'};
        }

        @Override
        public Boolean decode(byte[] json) {
            return true;
        }
    }

    /**
     * How the run before this one ended; empty as long as the disk has not told. Answers at once, from any thread.
     */
    public Optional<LastRun> lastRun() {
        return Optional.ofNullable(store.run().lastRunIfKnown());
    }

    /**
     * Begins to save periodically, if that was asked for. Calls the supplier once to try in the background whether its
     * state can be encoded and decoded again, and logs a warning if not. The coordinator does this.
     *
     * @throws CheckpointException if the store is closed
     */
    public void start() throws CheckpointException {
        store.validate(state);
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
        var unused = store.save(state, store.settings().timeout());
    }

    /**
     * Saves for the last time, also if the state is as it was, so that the file itself says that it was the last of its
     * run; notes that the run ended in order if that went well, and closes the store in any case. The coordinator does
     * this.
     *
     * @throws CheckpointException as {@link CheckpointStore#save} does
     */
    public void finish() throws CheckpointException {
        var unused = store.finish(state, store.settings().timeout());
    }

    /** The name of the store, for logs and reports. */
    public String name() {
        return store.name();
    }

    /**
     * As {@link #save()}, but never throws: what went wrong is in the result. An interrupt neither ends the save nor gets
     * lost.
     *
     * @param timeout not negative; a save that takes longer goes on and is reported as unfinished
     */
    public StepResult save(Duration timeout) {
        return result(limit -> store.save(state, limit), timeout);
    }

    /** As {@link #finish()}, with the promises of {@link #save(Duration)}. */
    public StepResult finish(Duration timeout) {
        return result(limit -> store.finish(state, limit), timeout);
    }

    /** Records, just before the process is halted, that the run was forced to end. Best effort; never throws. */
    public void markForced() {
        store.markForced();
    }

    /**
     * Stops saving periodically and closes the store, without saving and without a record that the run ended cleanly; for a
     * start that failed. Does not wait long for a disk that hangs. Never throws.
     */
    public void abandon() {
        store.abandon();
    }

    @Override
    public long unfinishedCount() {
        return store.worker().unfinished();
    }

    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        UnfinishedWork running = limit < 1 ? null : store.worker().runningWork();
        return running == null ? List.of() : List.of(running);
    }

    private interface Save {
        Saved save(Duration timeout) throws CheckpointException;
    }

    private StepResult result(Save save, Duration timeout) {
        Checks.notNegative("timeout", timeout);
        Ticker ticker = store.settings().ticker();
        long start = ticker.nanoTime();
        try {
            Saved saved = save.save(timeout);
            String detail = "generation " + saved.generation() + ", " + saved.bytes() + " bytes";
            return StepResult.done(name(), Duration.ZERO, ticker.since(start), detail);
        } catch (CheckpointException e) {
            if (e.kind() == CheckpointException.Kind.ABANDONED) {
                return StepResult.timedOut(
                        name(), Duration.ZERO, ticker.since(start), String.valueOf(e.getMessage()), unfinished(1));
            }
            return StepResult.failed(name(), Duration.ZERO, ticker.since(start), e);
        } catch (RuntimeException | Error e) {
            return StepResult.failed(name(), Duration.ZERO, ticker.since(start), e);
        }
    }
}
