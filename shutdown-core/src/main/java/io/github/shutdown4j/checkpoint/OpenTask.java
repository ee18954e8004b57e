package io.github.shutdown4j.checkpoint;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** Opens a store, and releases the lock again if the caller has stopped waiting by then. */
final class OpenTask<T> implements Callable<CheckpointEngine<T>> {

    private final CheckpointSettings<T> settings;
    private final CheckpointWorker worker;
    /** Set by whichever comes first: the completed opening, or the caller that has stopped waiting. */
    private final AtomicBoolean decided = new AtomicBoolean();

    OpenTask(CheckpointSettings<T> settings, CheckpointWorker worker) {
        this.settings = settings;
        this.worker = worker;
    }

    @Override
    public CheckpointEngine<T> call() throws CheckpointException {
        CheckpointEngine<T> engine = new CheckpointEngine<>(settings, worker);
        if (!decided.compareAndSet(false, true)) {
            var unused = engine.release();
        }
        return engine;
    }

    /** The caller will not use the result of {@link #call}. */
    void abandon() {
        decided.set(true);
    }
}
