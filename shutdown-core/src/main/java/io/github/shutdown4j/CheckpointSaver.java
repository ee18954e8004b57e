package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

import io.github.shutdown4j.CheckpointEngine.Saved;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;

/** A checkpoint as the coordinator sees it: nothing is thrown, everything is in the result. */
final class CheckpointSaver<T> implements StateSaver {

    private final Checkpoint<T> checkpoint;
    private final CheckpointStore<T> store;
    private final Supplier<? extends T> state;
    private final Ticker ticker;

    CheckpointSaver(Checkpoint<T> checkpoint, CheckpointStore<T> store, Supplier<? extends T> state) {
        this.checkpoint = checkpoint;
        this.store = store;
        this.state = state;
        this.ticker = store.ticker();
    }

    private interface Save {
        Saved save(Duration timeout) throws CheckpointException;
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public void start() {
        try {
            checkpoint.start();
        } catch (CheckpointException e) {
            store.log().warn("cannot begin", e);
        }
    }

    @Override
    public StepResult save(Duration timeout) {
        return result(t -> store.save(state, t), timeout);
    }

    @Override
    public StepResult finish(Duration timeout) {
        return result(t -> store.finish(state, t), timeout);
    }

    private StepResult result(Save save, Duration timeout) {
        Checks.notNegative("timeout", timeout);
        long began = ticker.nanoTime();
        try {
            Saved saved = save.save(timeout);
            String detail = "generation " + saved.generation() + ", " + saved.bytes() + " bytes";
            return StepResult.done(name(), Duration.ZERO, ticker.since(began), detail);
        } catch (CheckpointException e) {
            if (e.kind() == CheckpointException.Kind.ABANDONED) {
                return StepResult.timedOut(
                        name(), Duration.ZERO, ticker.since(began), String.valueOf(e.getMessage()), unfinished(1));
            }
            return StepResult.failed(name(), Duration.ZERO, ticker.since(began), e);
        } catch (RuntimeException | Error e) {
            return StepResult.failed(name(), Duration.ZERO, ticker.since(began), e);
        }
    }

    @Override
    public void noteForced() {
        store.noteForced();
    }

    @Override
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
}
