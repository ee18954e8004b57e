package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import io.github.shutdown4j.checkpoint.CheckpointEngine.Saved;
import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Deadline;

/**
 * Stores the state of the application in a file, as readable JSON, atomically: the file contains the old state or the new
 * one, never a part of either. A saved state survives crashes of the process and of the machine.
 *
 * <pre>{@code
 * var store = CheckpointStore.json(Path.of("/var/lib/shop/carts.json"), Carts.class);
 * Carts carts = store.load().orElse(Carts.NONE);
 * store.save(carts.snapshot());
 * }</pre>
 *
 * <p>Usually a {@link Checkpoint} calls {@link #save}: periodically, and at shutdown.
 *
 * <p><b>One owner.</b> An open store locks the file for this process; opening a second store on it, in this or another
 * process, fails with the process id of the owner. The lock ends with {@link #close()} or with the process. It is held on a
 * separate file beside the checkpoint, {@code *.lock}, which must not be deleted.
 *
 * <p><b>Damage.</b> A file with a wrong checksum or syntax does not count as a first start: {@link #load()} renames it to
 * {@code *.damaged-…}, logs a warning, and returns the previous generation, {@code *.prev}, if that is intact.
 *
 * <p><b>Threads.</b> Thread-safe. One daemon thread of the store accesses the files. Callers wait for it, at most for the
 * {@linkplain CheckpointStoreBuilder#timeout timeout}. An interrupt does not end that wait; the interrupt status is kept. Saves that wait
 * at the same time are combined into one, of the latest state.
 *
 * <p><b>Limits.</b> There is no guarantee on network file systems and no protection against attackers; see
 * {@code docs/checkpoint.md}.
 *
 * @param <T> the type of the state; best an immutable record
 */
public final class CheckpointStore<T> implements AutoCloseable {

    private static final Duration MARK_FORCED_LIMIT = Duration.ofMillis(200);
    private static final Duration ABANDON_LIMIT = Duration.ofMillis(500);

    private final CheckpointSettings<T> settings;
    private final CheckpointWorker worker;
    private final CheckpointEngine<T> engine;

    CheckpointStore(CheckpointSettings<T> settings) throws CheckpointException {
        this.settings = settings;
        this.worker = new CheckpointWorker(settings.name(), settings.file(), settings.ticker());
        worker.start();
        OpenTask<T> opening = new OpenTask<>(settings, worker);
        boolean open = false;
        try {
            this.engine = call("open", opening);
            open = true;
        } finally {
            if (!open) {
                opening.abandon();
                worker.stop();
            }
        }
        var unused = worker.submit("warm-up", new WarmUp<>(engine));
    }

    /**
     * Opens a store with all defaults. Waits only for the lock; further preparation runs in the background.
     *
     * @param file the checkpoint, in a directory that exists; a symbolic link is followed now and stays a link
     * @throws CheckpointException if the file is {@linkplain Kind#IN_USE in use} or {@linkplain Kind#UNUSABLE unusable}
     */
    public static <T> CheckpointStore<T> json(Path file, Class<T> type) throws CheckpointException {
        return builder(file, type).open();
    }

    /**
     * Returns a builder for other settings than the defaults.
     *
     * @throws IllegalArgumentException if {@code file} has no file name, as "/"
     */
    public static <T> CheckpointStoreBuilder<T> builder(Path file, Class<T> type) {
        return new CheckpointStoreBuilder<>(file, Checks.notNull("type", type));
    }

    /** Like {@link #builder(Path, Class)}, for a type with arguments. */
    public static <T> CheckpointStoreBuilder<T> builder(Path file, CheckpointType<T> type) {
        return new CheckpointStoreBuilder<>(file, Checks.notNull("type", type).type());
    }

    /**
     * Loads the state. The type of the result tells where it comes from; damage is not an exception.
     *
     * @throws CheckpointException if the file was written by a {@linkplain Kind#NEWER_VERSION newer version}, is intact
     *     but {@linkplain Kind#INCOMPATIBLE cannot be used}, {@linkplain Kind#UNUSABLE cannot be read}, or if the disk did
     *     not respond in time. The file is unchanged then, and saves are refused for the same reason
     */
    public LoadResult<T> load() throws CheckpointException {
        return call("load", new Load<>(engine));
    }

    /**
     * Saves {@code state}. When this returns, it or a later state is durable. The state must not change during the call. The
     * calling thread encodes it; a state of more than 1 MiB is encoded while the file is written. If the timeout elapses
     * before that is done, such a state is not saved.
     *
     * @throws CheckpointException if the save failed; its {@linkplain CheckpointException#kind() kind} tells what the file
     *     contains now
     */
    public void save(T state) throws CheckpointException {
        Checks.notNull("state", state);
        EncodedState<T> encoded = engine.encoder().encode(state, false);
        CheckpointTask<Saved> task = worker.submitMerged("save", new Save<>(engine, encoded));
        encoded.checkNow();
        try {
            worker.await(task, callDeadline());
        } catch (CheckpointException e) {
            if (e.kind() == Kind.ABANDONED) {
                encoded.release();
            }
            throw e;
        }
    }

    /**
     * Returns how the previous run ended, as read when the store was opened.
     *
     * @throws CheckpointException if the disk did not respond in time
     */
    public LastRun lastRun() throws CheckpointException {
        return call("look at the last run", () -> engine.run().lastRun());
    }

    RunRecord run() {
        return engine.run();
    }

    /** Returns the name in logs and reports, by default that of the file. */
    public String name() {
        return settings.name();
    }

    /**
     * Records that the run ended cleanly and releases the lock. Pending saves are completed first; nothing else is saved.
     * Failures are logged. Repeated calls have no effect.
     */
    @Override
    public void close() {
        try {
            worker.await(worker.submitLast("close", new Close(engine)), callDeadline());
        } catch (CheckpointException e) {
            if (e.kind() != Kind.CLOSED) {
                settings.log().warn("cannot record the end of this run", e);
            }
        }
    }

    /** Saves what {@code state} returns when the write starts; callers that wait at the same time share one write. */
    Saved save(Supplier<? extends T> state, Duration timeout) throws CheckpointException {
        Deadline deadline = Deadline.after(settings.ticker(), timeout);
        return worker.await(worker.submitMerged("save", new SaveCurrent<>(engine, state, false)), deadline);
    }

    /** Saves for the last time, records a clean end if that succeeds, and closes in any case. */
    Saved finish(Supplier<? extends T> state, Duration timeout) throws CheckpointException {
        Deadline deadline = Deadline.after(settings.ticker(), timeout);
        return worker.await(worker.submitLast("last save", new SaveCurrent<>(engine, state, true)), deadline);
    }

    /** Releases the lock without recording how the run ended, and without waiting long for a disk that hangs. */
    void abandon() {
        try {
            CheckpointTask<Boolean> task = worker.submitLast("release the lock", engine::release);
            worker.await(task, Deadline.after(settings.ticker(), ABANDON_LIMIT));
        } catch (CheckpointException e) {
            if (e.kind() != Kind.CLOSED) {
                settings.log().warn("the lock is not released yet", e);
            }
        }
    }

    void markForced() {
        try {
            if (!worker.runAside(engine.run()::markForced, MARK_FORCED_LIMIT)) {
                settings.log().warn("the disk does not respond, the next run will assume that this one ended abruptly");
            }
        } catch (Throwable e) {
            settings.log().warn("cannot record that this run is forced to end", e);
        }
    }

    /** Saves every {@code period}, if the state has changed. */
    void saveEvery(Duration period, Supplier<? extends T> state) {
        worker.schedule(period, new PeriodicSave<>(engine, settings.log(), state));
    }

    /** Logs problems that would prevent a save of this state. */
    void validate(Supplier<? extends T> state) throws CheckpointException {
        var unused = worker.submit("validate the state", new Validate<>(engine, state));
    }

    CheckpointWorker worker() {
        return worker;
    }

    CheckpointSettings<T> settings() {
        return settings;
    }

    private <R> R call(String what, Callable<R> body) throws CheckpointException {
        return worker.await(worker.submit(what, body), callDeadline());
    }

    private Deadline callDeadline() {
        return Deadline.after(settings.ticker(), settings.timeout());
    }

    // The tasks of every run are classes: the JVM takes two to ten times as long to make a lambda, at its first use.

    private record WarmUp<T>(CheckpointEngine<T> engine) implements Callable<Boolean> {
        @Override
        public Boolean call() {
            return engine.warmUp();
        }
    }

    private record Validate<T>(CheckpointEngine<T> engine, Supplier<? extends T> state) implements Callable<Boolean> {
        @Override
        public Boolean call() {
            return engine.validate(state);
        }
    }

    private record Load<T>(CheckpointEngine<T> engine) implements Callable<LoadResult<T>> {
        @Override
        public LoadResult<T> call() throws CheckpointException {
            return engine.load();
        }
    }

    private record Save<T>(CheckpointEngine<T> engine, EncodedState<T> encoded) implements Callable<Saved> {
        @Override
        public Saved call() throws CheckpointException {
            return engine.save(encoded, false);
        }
    }

    private record SaveCurrent<T>(CheckpointEngine<T> engine, Supplier<? extends T> state, boolean last)
            implements Callable<Saved> {
        @Override
        public Saved call() throws CheckpointException {
            return last ? engine.finish(state) : engine.save(engine.encoder().snapshot(state, false), false);
        }
    }

    private record Close(CheckpointEngine<?> engine) implements Callable<Boolean> {
        @Override
        public Boolean call() throws CheckpointException {
            return engine.close();
        }
    }
}
