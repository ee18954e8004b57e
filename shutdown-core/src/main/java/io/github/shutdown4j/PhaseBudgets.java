package io.github.shutdown4j;

import java.time.Duration;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.report.ShutdownPhase;

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
                Durations.part(config.timeout(), 10));
    }

    /** When a phase that begins now is to end: a moment, not a time, so that nothing which holds it up makes it longer. */
    Deadline end(ShutdownPhase phase, Deadline deadline) {
        return deadline.minus(reservedBehind(phase)).cappedAt(cap(phase));
    }

    /** What the phase may take at most, however early it begins. */
    Duration cap(ShutdownPhase phase) {
        Duration possible = total.minus(reservedBehind(phase));
        return Durations.least(own(phase, possible), possible);
    }

    private Duration own(ShutdownPhase phase, Duration possible) {
        if (phase == ShutdownPhase.ANNOUNCE) {
            return announce;
        }
        if (phase == ShutdownPhase.STOP) {
            return stop;
        }
        if (phase == ShutdownPhase.DRAIN) {
            return drain;
        }
        return phase == ShutdownPhase.RELEASE ? possible : save;
    }

    private Duration reservedBehind(ShutdownPhase phase) {
        Duration reserved = Duration.ZERO;
        if (phase.compareTo(ShutdownPhase.SAVE) < 0) {
            reserved = reserved.plus(save);
        }
        if (phase.compareTo(ShutdownPhase.RELEASE) < 0) {
            reserved = reserved.plus(releaseReserve);
        }
        if (phase.compareTo(ShutdownPhase.FINAL_SAVE) < 0) {
            reserved = reserved.plus(save);
        }
        return reserved;
    }
}
