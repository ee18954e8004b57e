package io.github.shutdown4j.connections;

import java.util.concurrent.ThreadLocalRandom;

import io.github.shutdown4j.internal.Checks;

/**
 * The details that a {@link ConnectionTracker} records for each guard, so that a drain that times out can report what
 * it waited for: the label, the age, and the thread that acquired the guard, platform or virtual, with its current
 * stack. Details of a guard are discarded when it is closed; only the thread name may be kept until the next guard is
 * acquired. Immutable.
 *
 * <pre>{@code
 * ConnectionTracker.builder("requests").details(GuardDetails.sampled(100)).build();
 * }</pre>
 */
public final class GuardDetails {

    private static final GuardDetails OFF = new GuardDetails(0, false);
    private static final GuardDetails ON = new GuardDetails(1, false);

    /** 0: none; 1: all; n: one guard in n. */
    private final int oneIn;

    private final boolean sites;

    private GuardDetails(int oneIn, boolean sites) {
        this.oneIn = oneIn;
        this.sites = sites;
    }

    /** Records nothing. A guard costs no more than its count. The default. */
    public static GuardDetails off() {
        return OFF;
    }

    /** Records every guard. Each guard costs one read of the clock; a guard with a label also a small object. */
    public static GuardDetails on() {
        return ON;
    }

    /**
     * Records one guard in {@code oneIn}, chosen at random; the others have almost no overhead. The count stays exact.
     *
     * @param oneIn at least 1, which is the same as {@link #on()}
     */
    public static GuardDetails sampled(int oneIn) {
        return new GuardDetails(Checks.atLeast("oneIn", oneIn, 1), false);
    }

    /**
     * Also records the place in the code where each guard was acquired, to find guards that are never closed. Each
     * guard costs a stack walk of some microseconds: intended for debugging, not for production. No effect if details
     * are {@linkplain #off() off}.
     */
    public GuardDetails withSites() {
        return oneIn == 0 ? this : new GuardDetails(oneIn, true);
    }

    boolean isOff() {
        return oneIn == 0;
    }

    /** Whether the next guard is to be recorded. */
    boolean samplesNext() {
        return oneIn == 1 || ThreadLocalRandom.current().nextInt(oneIn) == 0;
    }

    /** Whether every guard is recorded, without its place in the code. */
    boolean recordsAllWithoutSites() {
        return oneIn == 1 && !sites;
    }

    /** Whether the place in the code is recorded as well. */
    boolean recordsSites() {
        return sites;
    }

    @Override
    public String toString() {
        String which = oneIn == 0 ? "off" : oneIn == 1 ? "on" : "sampled, one in " + oneIn;
        return "details " + which + (sites ? ", with sites" : "");
    }
}
