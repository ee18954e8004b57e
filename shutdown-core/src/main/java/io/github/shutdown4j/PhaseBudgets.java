package io.github.shutdown4j;

import java.time.Duration;

import io.github.shutdown4j.internal.Deadline;

/**
 * Says how long each phase may take. There is one deadline for the whole shutdown; a phase gets the smaller of its own
 * cap and what is left, and leaves the reserves of the phases behind it untouched:
 *
 * <ul>
 *   <li>each of the two saves has {@code saveTimeout} that no other phase can spend, if there is a state to save;
 *   <li>the release has a tenth of the total, so that a drain which takes all it may cannot keep the database open.
 * </ul>
 */
record PhaseBudgets(
        Duration total, Duration announce, Duration stop, Duration drain, Duration save, Duration releaseReserve) {

    static PhaseBudgets of(ShutdownConfig config, boolean savesState) {
        Duration save = savesState ? config.saveTimeout() : Duration.ZERO;
        return new PhaseBudgets(
                config.timeout(),
                config.announceDelay(),
                config.stopTimeout(),
                config.drainTimeout(),
                save,
                config.timeout().dividedBy(10));
    }

    /** When a phase that begins now is to end: a moment, not a time, so that nothing which holds it up makes it longer. */
    Deadline end(ShutdownPhase phase, Deadline deadline) {
        return deadline.minus(reservedBehind(phase)).cappedAt(cap(phase));
    }

    /** What the phase may take at most, however early it begins. */
    Duration cap(ShutdownPhase phase) {
        Duration possible = total.minus(reservedBehind(phase));
        Duration own =
                switch (phase) {
                    case ANNOUNCE -> announce;
                    case STOP -> stop;
                    case DRAIN -> drain;
                    case SAVE, FINAL_SAVE -> save;
                    case RELEASE -> possible;
                };
        return own.compareTo(possible) < 0 ? own : possible;
    }

    private Duration reservedBehind(ShutdownPhase phase) {
        return switch (phase) {
            case ANNOUNCE, STOP, DRAIN -> save.multipliedBy(2).plus(releaseReserve);
            case SAVE -> save.plus(releaseReserve);
            case RELEASE -> save;
            case FINAL_SAVE -> Duration.ZERO;
        };
    }
}
