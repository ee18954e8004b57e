package io.github.shutdown4j.checkpoint;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/** The job that opens a store, and gives the file free again if by then nobody waits for it any more. */
final class OpenTask<T> implements Callable<CheckpointEngine<T>> {

    private final CheckpointSettings<T> settings;
    private final CheckpointWorker worker;
    /** Set by the first of the two rivals: the opening that is done, the caller that gave up. */
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

    /** The caller will not use what {@link #call} returns. */
    void abandon() {
        decided.set(true);
    }
}
