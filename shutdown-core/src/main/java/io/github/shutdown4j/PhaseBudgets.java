package io.github.shutdown4j;

import java.time.Duration;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.report.ShutdownPhase;

/**
 * Computes the time budget of each phase. The shutdown has one deadline. A phase gets its own limit or the rest of the time,
 * whichever is less, without the reserves of later phases:
 *
 * <ul>
 *   <li>if there is a state to save, {@code saveTimeout} is reserved for each of the two saves;
 *   <li>a tenth of the total is reserved for the release, so that a long drain cannot leave the database open.
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

    /** Returns the deadline of a phase that starts now. It is an instant, so a delayed start does not extend the phase. */
    Deadline end(ShutdownPhase phase, Deadline deadline) {
        return deadline.minus(reservedAfter(phase)).cappedAt(cap(phase));
    }

    /** Returns the maximum duration of the phase, no matter how early it starts. */
    Duration cap(ShutdownPhase phase) {
        Duration possible = total.minus(reservedAfter(phase));
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

    /** Returns the time that the phase leaves to later ones. */
    Duration reservedAfter(ShutdownPhase phase) {
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
