package io.github.shutdown4j.checkpoint;

import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;

/**
 * The end of the previous run, according to its checkpoint.
 *
 * <pre>{@code
 * LastRun last = store.lastRun();
 * if (!last.endedCleanly()) {
 *     System.out.println(last.text());
 *     index.rebuild();
 * }
 * }</pre>
 *
 * @param ending how the run ended
 * @param startedAt the time when that run opened the store, on its wall clock; empty if unknown
 * @param endedAt the time of the end; for a run that ended abruptly, that of its last save or its start; empty for {@link
 *     Ending#FIRST_RUN}
 * @param pid its process id; empty if unknown
 */
public record LastRun(Ending ending, Optional<Instant> startedAt, Optional<Instant> endedAt, Optional<Long> pid) {

    /** The ways a run can end. */
    public enum Ending {
        /** There is no trace of an earlier run. */
        FIRST_RUN,
        /** The state was saved for the last time, or the store was closed. */
        CLEAN,
        /** The shutdown exceeded its time, or a second signal forced the exit. */
        FORCED,
        /**
         * The run left no record: {@code kill -9}, a power cut, out of memory, {@code halt}, an exit that never closed the
         * store, or a coordinator whose start failed.
         */
        ABRUPT
    }

    public LastRun {
        Checks.notNull("ending", ending);
        Checks.notNull("startedAt", startedAt);
        Checks.notNull("endedAt", endedAt);
        Checks.notNull("pid", pid);
    }

    /** Returns whether the previous run ended cleanly, or there was none. */
    public boolean endedCleanly() {
        return ending == Ending.CLEAN || ending == Ending.FIRST_RUN;
    }

    /** Returns a line of text, such as "the last run (process 4711, started ...) ended abruptly, last active at ...". */
    public String text() {
        if (ending == Ending.FIRST_RUN) {
            return "there was no run before";
        }
        StringBuilder text = new StringBuilder("the last run");
        pid.ifPresent(process -> text.append(" (process ").append(process));
        startedAt.ifPresent(at ->
                text.append(pid.isEmpty() ? " (" : ", ").append("started ").append(at));
        if (pid.isPresent() || startedAt.isPresent()) {
            text.append(')');
        }
        text.append(
                switch (ending) {
                    case FORCED -> " was forced to end during its shutdown";
                    case ABRUPT -> " ended abruptly";
                    default -> " ended cleanly";
                });
        endedAt.ifPresent(at -> text.append(ending == Ending.ABRUPT ? ", last active at " : ", at ")
                .append(at));
        return text.toString();
    }

    /**
     * Combines the marker of the last run and its last checkpoint. The marker takes precedence, except that a run may end
     * abruptly between its last save and its last marker, or may be unable to write a marker.
     *
     * @param cleared whether a run could not write its marker
     */
    static LastRun of(@Nullable RunMarker mark, boolean cleared, @Nullable CheckpointEnvelope saved) {
        if (mark == null) {
            if (saved == null && !cleared) {
                return new LastRun(Ending.FIRST_RUN, Optional.empty(), Optional.empty(), Optional.empty());
            }
            Ending ending = saved != null && saved.ending() && !cleared ? Ending.CLEAN : Ending.ABRUPT;
            Optional<Instant> at = Optional.ofNullable(saved).map(CheckpointEnvelope::savedAt);
            return new LastRun(ending, Optional.empty(), at, Optional.empty());
        }
        if (mark.ending() != Ending.ABRUPT
                && saved != null
                && !saved.ending()
                && saved.savedAt().isAfter(mark.at())) {
            // A later run could not write its marker.
            return new LastRun(Ending.ABRUPT, Optional.empty(), Optional.of(saved.savedAt()), Optional.empty());
        }
        Ending ending = mark.ending();
        Instant at = mark.at();
        if (ending == Ending.ABRUPT && saved != null && !saved.savedAt().isBefore(mark.since())) {
            ending = saved.ending() ? Ending.CLEAN : ending;
            at = saved.savedAt();
        }
        return new LastRun(ending, Optional.of(mark.since()), Optional.of(at), Optional.of(mark.pid()));
    }
}
