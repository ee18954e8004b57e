package io.github.shutdown4j;

import java.util.concurrent.Callable;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One periodic save, if the state has changed; tells of trouble when it begins and when it is over. */
final class CheckpointBeat<T> implements Callable<Boolean> {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointBeat.class);

    private final CheckpointEngine<T> engine;
    private final CheckpointSettings<T> settings;
    private final Supplier<? extends T> state;
    private int failures;
    private String trouble = "";

    CheckpointBeat(CheckpointEngine<T> engine, CheckpointSettings<T> settings, Supplier<? extends T> state) {
        this.engine = engine;
        this.settings = settings;
        this.state = state;
    }

    @Override
    public Boolean call() {
        try {
            byte[] encoded = engine.take(state);
            boolean changed = engine.isNew(encoded);
            if (changed) {
                var unused = engine.save(encoded, false);
            }
            if (failures > 0) {
                LOG.info("Checkpoint {}: periodic saving works again, after {} failures", settings.file(), failures);
                failures = 0;
                trouble = "";
            }
            return changed;
        } catch (CheckpointException | RuntimeException | Error e) {
            failures++;
            // A disk that stays full is worth one warning, not one for each beat.
            String message = e.getClass() + CheckpointReader.firstLine(e).replaceAll("[0-9a-f]{16}|\\d+", "");
            if (!message.equals(trouble)) {
                trouble = message;
                LOG.warn("Checkpoint {}: periodic save failed, will be tried again", settings.file(), e);
            }
            return false;
        }
    }
}
