package io.github.shutdown4j.checkpoint;

import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.json.PackageVersion;
import org.jspecify.annotations.Nullable;

/** Opens a store, and releases the lock again if the caller has stopped waiting by then. */
final class OpenTask<T> implements Callable<CheckpointEngine<T>> {

    private final CheckpointSettings<T> settings;
    private final CheckpointWorker worker;
    /** Guarded by this object. Set by whichever comes first: the completed opening, or the caller that has stopped waiting. */
    private boolean decided;
    /** Set before {@link #decided}. */
    private volatile @Nullable CheckpointEngine<T> opened;

    OpenTask(CheckpointSettings<T> settings, CheckpointWorker worker) {
        this.settings = settings;
        this.worker = worker;
    }

    @Override
    public CheckpointEngine<T> call() throws CheckpointException {
        CheckpointEngine<T> engine;
        try {
            if (settings.codec() instanceof JsonCodec) {
                JsonCodec.requireDatabind();
            }
            engine = new CheckpointEngine<>(settings, worker);
        } catch (LinkageError noSuchJackson) {
            throw unlinked(noSuchJackson);
        }
        opened = engine;
        if (!decide()) {
            var unused = engine.release();
        }
        return engine;
    }

    /** Returns whether this is the first decision. Not an AtomicBoolean, whose first use in a JVM is slow. */
    private synchronized boolean decide() {
        boolean first = !decided;
        decided = true;
        return first;
    }

    /** The first class that fails with an old Jackson is the parser, which every file needs. */
    private CheckpointException unlinked(LinkageError failure) {
        String jackson;
        try {
            jackson = "jackson-core " + PackageVersion.VERSION + " is there";
        } catch (LinkageError none) {
            jackson = "there is no Jackson";
        }
        return new CheckpointException(
                CheckpointException.Kind.UNUSABLE,
                settings.file(),
                "open",
                "cannot open: jackson-databind 2.16 or newer is needed, " + jackson + " (" + failure + ")",
                failure);
    }

    /** The caller will not use the result of {@link #call}, or that has failed. */
    void abandon() {
        boolean first = decide();
        CheckpointEngine<T> engine = opened;
        if (!first && engine != null) { // opened a moment after the caller's time was up
            releaseOnWorker(engine);
        }
    }

    /** Without waiting: the caller's time is up. */
    private void releaseOnWorker(CheckpointEngine<T> engine) {
        try {
            var unused = worker.submitLast("release the lock", engine::release);
        } catch (CheckpointException closed) {
            settings.log().warn("the lock is not released yet", closed);
        }
    }
}
