package io.github.shutdown4j.connections;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;

/** Records the details of the guards of a tracker, and lists them for reports. */
final class GuardRecorder {

    private static final int MAX_FRAMES = 5;

    private final String tracker;
    private final GuardDetails details;
    private final Ticker ticker;

    /** Whether a guard without a label is described by its thread and start time alone. */
    private final boolean tracksRepeatHolders;

    /**
     * @param tracker the name of the tracker
     * @param details not off
     */
    GuardRecorder(String tracker, GuardDetails details, Ticker ticker) {
        this.tracker = tracker;
        this.details = details;
        this.ticker = ticker;
        tracksRepeatHolders = details.recordsAllWithoutSites();
        PreloadList.use("details");
    }

    /**
     * Acquires the slot of the cell if the calling thread owned it before and there is nothing to record but the time.
     * Undoes the increment of the cell if that fails.
     */
    boolean acquireSlotAsRepeatHolder(CounterCell cell, long previous, @Nullable String label) {
        try {
            return label == null && tracksRepeatHolders && cell.acquireSlotAsRepeatHolder(previous, ticker);
        } catch (Throwable failure) {
            cell.decrement();
            throw failure;
        }
    }

    /**
     * Captures the details of a guard for the calling thread; null if none are to be recorded. Undoes the increment of
     * the cell if that fails.
     */
    @Nullable
    GuardInfo capture(CounterCell cell, @Nullable String label) {
        try {
            return details.samplesNext()
                    ? new GuardInfo(
                            label, Thread.currentThread(), ticker.nanoTime(), details.recordsSites() ? site() : null)
                    : null;
        } catch (Throwable failure) {
            cell.decrement();
            throw failure;
        }
    }

    private static List<StackTraceElement> site() {
        return StackWalker.getInstance().walk(frames -> frames.dropWhile(GuardRecorder::isLibraryFrame)
                .limit(MAX_FRAMES)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList());
    }

    private static boolean isLibraryFrame(StackWalker.StackFrame frame) {
        String type = frame.getClassName();
        return type.equals(GuardRecorder.class.getName())
                || type.equals(ConnectionTracker.class.getName())
                || type.equals(GuardedStage.class.getName())
                || type.equals(TrackingExecutor.class.getName());
    }

    /** Returns the open guards of the counter that have details, oldest first. */
    List<UnfinishedWork> oldest(StripedCounter counter, int limit) {
        if (limit == 0) {
            return List.of();
        }
        return OldestGuards.of(counter, ticker.nanoTime(), limit).stream()
                .map(this::named)
                .toList();
    }

    private UnfinishedWork named(UnfinishedWork work) {
        String whole = "tracker '" + tracker + "': " + work.name();
        return new UnfinishedWork(whole, work.age(), work.thread(), work.stack());
    }
}
