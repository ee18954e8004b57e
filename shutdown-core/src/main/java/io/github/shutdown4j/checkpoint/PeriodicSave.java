package io.github.shutdown4j.checkpoint;

import java.util.concurrent.Callable;
import java.util.function.Supplier;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Failures;

/** One periodic save, if the state has changed. Logs a problem when it begins and when it is over. */
final class PeriodicSave<T> implements Callable<Boolean> {

    private final CheckpointEngine<T> engine;
    private final Supplier<? extends T> state;
    private final ComponentLogger log;
    private int failures;
    private String problem = "";

    PeriodicSave(CheckpointEngine<T> engine, ComponentLogger log, Supplier<? extends T> state) {
        this.engine = engine;
        this.state = state;
        this.log = log;
    }

    @Override
    public Boolean call() {
        try {
            EncodedState<T> encoded = engine.encoder().snapshot(state, false);
            boolean changed = engine.isNew(encoded);
            if (changed) {
                var unused = engine.save(encoded, false);
            }
            if (failures > 0) {
                log.info("periodic saving works again, after {} failures", failures);
                failures = 0;
                problem = "";
            }
            return changed;
        } catch (CheckpointException | RuntimeException | Error e) {
            failures++;
            // A disk that stays full is logged once, not for each save.
            String message = e.getClass() + Failures.firstLine(e).replaceAll("[0-9a-f]{16}|\\d+", "");
            if (!message.equals(problem)) {
                problem = message;
                log.warn("periodic save failed, will be tried again", e);
            }
            return false;
        }
    }
}
