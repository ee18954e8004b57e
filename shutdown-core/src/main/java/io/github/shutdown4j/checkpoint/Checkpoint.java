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
 * Saves a state to a {@link CheckpointStore}: on request, periodically if desired, and at shutdown.
 *
 * <pre>{@code
 * var checkpoint = Checkpoint.every(Duration.ofSeconds(10), store, carts::snapshot);
 * }</pre>
 *
 * <p>The coordinator starts the checkpoint, saves after the drain and once more at the end. Without a coordinator, call
 * {@link #start}, {@link #save} and {@link #finish}.
 *
 * <p><b>The supplier</b> returns the current state, as a value that does not change afterwards. It is called once for each
 * write, on the store's thread. It must handle concurrent changes itself and must not call the store; callers of {@link
 * #save} must not hold a lock that it needs.
 *
 * <p>Thread-safe.
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

    /** Returns a checkpoint that is saved on request and at shutdown. */
    public static <T> Checkpoint<T> of(CheckpointStore<T> store, Supplier<? extends T> state) {
        return new Checkpoint<>(store, state, null);
    }

    /**
     * Returns a checkpoint that is also saved every {@code period} if the state has changed, that is, if its encoded form
     * differs. If a save takes longer than a period, the periods in between are skipped. A periodic save that fails is
     * logged and repeated with the next period.
     *
     * @param period positive
     */
    public static <T> Checkpoint<T> every(Duration period, CheckpointStore<T> store, Supplier<? extends T> state) {
        return new Checkpoint<>(store, state, Checks.positive("period", period));
    }

    /**
     * Returns a checkpoint that holds the state itself, after loading it from the store. It is saved on request and at
     * shutdown.
     *
     * @param initial the state if none can be loaded, as with {@link LoadResult#orElse}. To detect a damaged file, call
     *     {@link CheckpointStore#load} first
     * @throws CheckpointException as {@link CheckpointStore#load} does
     */
    public static <T> HeldCheckpoint<T> holding(CheckpointStore<T> store, T initial) throws CheckpointException {
        return HeldCheckpoint.of(store, initial, null);
    }

    /**
     * Like {@link #holding}, and saved every {@code period} as well, like {@link #every}.
     *
     * @throws CheckpointException as {@link CheckpointStore#load} does
     */
    public static <T> HeldCheckpoint<T> holdingEvery(Duration period, CheckpointStore<T> store, T initial)
            throws CheckpointException {
        return HeldCheckpoint.of(store, initial, Checks.positive("period", period));
    }

    /**
     * Returns a checkpoint without state, which only records in {@code file} how each run ends. It uses the same additional
     * {@linkplain CheckpointStore files}.
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

    /** Returns how the previous run ended; empty until that has been read from the disk. Does not block. */
    public Optional<LastRun> lastRun() {
        return Optional.ofNullable(store.run().lastRunIfKnown());
    }

    /**
     * Starts periodic saves, if any. Calls the supplier once in the background to check that its state can be encoded and
     * decoded, and logs a warning otherwise. The coordinator calls this.
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
     * Saves the current state and returns when it is durable. Concurrent callers share one write. An interrupt does not end
     * the wait; the interrupt status is kept.
     *
     * @throws CheckpointException as {@link CheckpointStore#save} does
     */
    public void save() throws CheckpointException {
        var unused = store.save(state, store.settings().timeout());
    }

    /**
     * Saves for the last time, even if the state has not changed, and records that the run ended cleanly, if the save
     * succeeds. Closes the store in any case. The coordinator calls this.
     *
     * @throws CheckpointException as {@link CheckpointStore#save} does
     */
    public void finish() throws CheckpointException {
        var unused = store.finish(state, store.settings().timeout());
    }

    /** Returns the name of the store, for logs and reports. */
    public String name() {
        return store.name();
    }

    /**
     * Like {@link #save()}, but never throws: a failure is in the result.
     *
     * @param timeout not negative; a save that takes longer continues and is reported as unfinished
     */
    public StepResult save(Duration timeout) {
        return save(false, timeout);
    }

    /** Like {@link #finish()}, but never throws, as {@link #save(Duration)}. */
    public StepResult finish(Duration timeout) {
        return save(true, timeout);
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

    private StepResult save(boolean last, Duration timeout) {
        Checks.notNegative("timeout", timeout);
        Ticker ticker = store.settings().ticker();
        long start = ticker.nanoTime();
        try {
            Saved saved = last ? store.finish(state, timeout) : store.save(state, timeout);
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
