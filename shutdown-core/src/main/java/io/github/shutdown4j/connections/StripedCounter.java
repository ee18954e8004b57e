package io.github.shutdown4j.connections;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The count of a tracker, distributed over cells. Each thread uses a cell of its own as long as there are more cells
 * than threads.
 */
final class StripedCounter {

    private static final int MIN_CELLS = 64;
    private static final int MAX_CELLS = 1024;

    private final CounterCell[] cells;
    private final Drain drain;
    private final ReentrantLock closeLock = new ReentrantLock();
    private volatile boolean closed;

    /**
     * @param count the number of cells; a power of two
     * @param generation the initial generation; not 0 in tests only
     */
    StripedCounter(int count, long generation, boolean keepsDetails, Drain drain) {
        this.drain = drain;
        cells = new CounterCell[count];
        for (int i = 0; i < count; i++) {
            cells[i] = new CounterCell(this, generation, keepsDetails);
        }
    }

    /** At least four cells for each core, and enough for a pool of some dozen threads. */
    static int defaultCount() {
        int wanted =
                Math.min(MAX_CELLS, Math.max(MIN_CELLS, 4 * Runtime.getRuntime().availableProcessors()));
        return Integer.highestOneBit(wanted - 1) << 1;
    }

    /** The cell of the calling thread. Thread ids are sequential, so the threads of a pool use different cells. */
    static CounterCell cellOfCurrentThread(CounterCell[] cells) {
        return cells[(int) Thread.currentThread().getId() & cells.length - 1];
    }

    CounterCell[] cells() {
        return cells;
    }

    /**
     * Finds a slot for a guard that is already counted in its cell.
     *
     * @param previous the result of {@link CounterCell#increment}
     * @return null if the tracker has been closed meanwhile
     */
    @Nullable
    GuardSlot allocateSlot(CounterCell cell, long previous, @Nullable GuardInfo info) {
        GuardSlot slot = cell.acquireSlot(previous, info);
        if (slot != null) {
            return slot;
        }
        CounterCell target = CounterCell.isNearOverflow(previous) ? moveToCellWithRoom(cell) : cell;
        if (target == null) {
            return null;
        }
        try {
            return new OverflowSlot(target, info);
        } catch (Throwable failure) {
            target.decrement();
            throw failure;
        }
    }

    /** Moves the count to a cell with room, and returns that cell; null if it is closed. */
    private @Nullable CounterCell moveToCellWithRoom(CounterCell full) {
        full.decrement();
        for (CounterCell target : cells) {
            long previous = target.increment();
            if (CounterCell.isRefused(previous)) {
                return null;
            }
            if (!CounterCell.isNearOverflow(previous)) {
                return target;
            }
            target.decrement();
        }
        throw new IllegalStateException("more guards are open than can be counted: " + inFlight());
    }

    /** Closes all cells. No guard is acquired after the return. Returns true for the first call only. */
    boolean close() {
        closeLock.lock();
        try {
            if (closed) {
                return false;
            }
            for (CounterCell cell : cells) {
                cell.close();
            }
            closed = true;
            return true;
        } finally {
            closeLock.unlock();
        }
    }

    /** Whether all cells are closed. */
    boolean isClosed() {
        return closed;
    }

    /** The number of open guards; never too small once closed, so zero is exact. */
    long inFlight() {
        long sum = 0;
        for (CounterCell cell : cells) {
            sum += cell.inFlight();
        }
        return sum;
    }

    long admitted() {
        long sum = 0;
        for (CounterCell cell : cells) {
            sum += cell.admitted();
        }
        return sum;
    }

    void forEachGuard(Consumer<GuardInfo> action) {
        for (CounterCell cell : cells) {
            cell.forEachGuard(action);
        }
    }

    /** Called after a closed cell has become empty: wakes the drain if all cells are empty. */
    void signalIfIdle() {
        if (inFlight() == 0) {
            drain.wake();
        }
    }

    DrainCallbacks callbacks() {
        return drain.callbacks();
    }
}
