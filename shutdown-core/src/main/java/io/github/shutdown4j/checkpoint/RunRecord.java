package io.github.shutdown4j.checkpoint;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.OwnProcess;

/**
 * Records this run in the lock file, and reads the record of the previous run. Used on the worker's thread, except {@link
 * #markForced} and {@link #lastRunIfKnown}.
 */
final class RunRecord {

    private final CheckpointSettings<?> settings;
    private final ComponentLogger log;
    private final CheckpointWorker worker;
    private final CheckpointLock lock;
    private final CheckpointReader reader;
    private final Instant since;
    /** The marker of the previous run; null if there was none or it is damaged. */
    private @Nullable RunMarker before;

    /** The time of the newest save; later than now if the clock was set back since. */
    private volatile Instant newestSave = Instant.MIN;

    private volatile boolean forced;
    private volatile @Nullable LastRun lastRun;

    RunRecord(CheckpointSettings<?> settings, CheckpointWorker worker, CheckpointLock lock, CheckpointReader reader) {
        this.settings = settings;
        this.log = settings.log();
        this.worker = worker;
        this.lock = lock;
        this.reader = reader;
        this.since = settings.ticker().now();
    }

    /** Records the start. Called first. */
    void markStart() {
        try {
            worker.step("note that this run began");
            before = lock.marker();
            lock.markStart(markerOf(LastRun.Ending.ABRUPT));
            lock.force();
        } catch (IOException | RuntimeException e) {
            log.warn("cannot record the start of this run", e);
        }
        RunMarker left = before;
        if (left != null
                && left.ending() == LastRun.Ending.ABRUPT
                && left.pid() != OwnProcess.pid()
                && left.process().isPresent()) {
            log.warn(
                    "process {} has owned it since {} and still runs: either its lock was lost, or this file system does"
                            + " not keep locks; its saves will be refused",
                    left.pid(),
                    left.since());
        }
    }

    private RunMarker markerOf(LastRun.Ending ending) {
        Instant now = settings.ticker().now();
        // Otherwise the save would seem to be that of a later run, which did not end.
        return new RunMarker(OwnProcess.pid(), since, ending, now.isBefore(newestSave) ? newestSave : now);
    }

    /** Notes the time of a save, of this run or an earlier one. */
    void saved(Instant at) {
        newestSave = at.isAfter(newestSave) ? at : newestSave;
    }

    /** Returns how the previous run ended. The first call reads the newest checkpoint and logs a warning if necessary. */
    LastRun lastRun() {
        LastRun known = lastRun;
        if (known != null) {
            return known;
        }
        CheckpointEnvelope current = null;
        try {
            worker.step("look at how the last run ended");
            current = reader.newestEnvelope();
            if (current != null) {
                saved(current.savedAt());
            }
        } catch (IOException | RuntimeException e) {
            log.debug("does not tell how the last run ended", e);
        }
        LastRun found = LastRun.of(before, lock.wasCleared(), current);
        lastRun = found;
        if (!found.endedCleanly()) {
            log.warn("no clean shutdown: {}", found.text());
        }
        return found;
    }

    /** Like {@link #lastRun()}, but null until that was called. May be called from any thread. */
    @Nullable
    LastRun lastRunIfKnown() {
        return lastRun;
    }

    /** Records that the run ended cleanly. */
    void markClean() throws CheckpointException {
        try {
            worker.step("note that this run ended");
            if (!forced) {
                lock.requireOwned();
                lock.mark(markerOf(LastRun.Ending.CLEAN));
                lock.force();
            }
        } catch (IOException | RuntimeException e) {
            throw new CheckpointException(
                    Kind.UNUSABLE, settings.file(), worker.step(), "cannot " + worker.step() + ": " + e, e);
        }
    }

    /** Records that the run is forced to end. Does not use the worker, which may hang. */
    void markForced() {
        forced = true;
        try {
            lock.requireOwned();
            lock.mark(markerOf(LastRun.Ending.FORCED));
        } catch (ClosedChannelException e) {
            log.debug("the run had ended before it was forced to", e);
        } catch (IOException | RuntimeException e) {
            log.warn("cannot record that this run is forced to end", e);
        }
    }
}
