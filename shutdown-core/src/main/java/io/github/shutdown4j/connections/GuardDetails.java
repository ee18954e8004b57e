package io.github.shutdown4j.connections;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;

/**
 * What a {@link ConnectionTracker} remembers of each guard, so that a drain that hangs can say for whom it waits: the
 * label, the age, and the thread that has acquired the guard, platform or virtual, with its stack at the moment of the
 * question. Nothing is kept of a guard that has been closed but, for the next one, the name of its thread. Immutable.
 */
public final class GuardDetails {

    private static final GuardDetails OFF = new GuardDetails(0, false);
    private static final GuardDetails ON = new GuardDetails(1, false);
    private static final int MOST_FRAMES = 5;

    /** 0: none; 1: all; n: one guard in n. */
    private final int oneIn;

    private final boolean sites;

    private GuardDetails(int oneIn, boolean sites) {
        this.oneIn = oneIn;
        this.sites = sites;
    }

    /** Nothing is remembered, and guards cost nothing but their count. The default. */
    public static GuardDetails off() {
        return OFF;
    }

    /** Remembers every guard. Costs a reading of the clock for each, and a small object for each that has a label. */
    public static GuardDetails on() {
        return ON;
    }

    /**
     * Remembers one guard in {@code oneIn}, by chance; the others cost next to nothing. The count stays exact.
     *
     * @param oneIn at least 1, which is {@link #on()}
     */
    public static GuardDetails sampled(int oneIn) {
        return new GuardDetails(Checks.atLeast("oneIn", oneIn, 1), false);
    }

    /**
     * Remembers also where in the code a guard was acquired, which finds the ones that nobody closes. Costs a walk over
     * the stack for each guard, some microseconds: for the search, not for every day. Nothing changes if details are
     * {@linkplain #off() off}.
     */
    public GuardDetails withSites() {
        return oneIn == 0 ? this : new GuardDetails(oneIn, true);
    }

    boolean isOff() {
        return oneIn == 0;
    }

    /** Whether the guard about to be acquired is one to be remembered. */
    boolean chooses() {
        return oneIn == 1 || ThreadLocalRandom.current().nextInt(oneIn) == 0;
    }

    /** Whether every guard is remembered, and nothing of where it was acquired. */
    boolean isPlain() {
        return oneIn == 1 && !sites;
    }

    /** The calling thread as the holder of a guard; null if no details are to be kept. If that fails, it leaves again. */
    static @Nullable GuardInfo holder(
            @Nullable GuardDetails details, CounterCell arrivedAt, @Nullable String label, Ticker ticker) {
        if (details == null || !details.chooses()) {
            return null;
        }
        try {
            return new GuardInfo(label, Thread.currentThread(), ticker.nanoTime(), details.sites ? site() : null);
        } catch (Throwable noMemory) {
            arrivedAt.leave();
            throw noMemory;
        }
    }

    private static List<StackTraceElement> site() {
        return StackWalker.getInstance().walk(frames -> frames.dropWhile(GuardDetails::isOurs)
                .limit(MOST_FRAMES)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList());
    }

    private static boolean isOurs(StackWalker.StackFrame frame) {
        return frame.getClassName().equals(GuardDetails.class.getName())
                || frame.getClassName().equals(ConnectionTracker.class.getName())
                || frame.getClassName().equals(TrackingExecutor.class.getName());
    }

    @Override
    public String toString() {
        String which = oneIn == 0 ? "off" : oneIn == 1 ? "on" : "sampled, one in " + oneIn;
        return "details " + which + (sites ? ", with sites" : "");
    }
}
