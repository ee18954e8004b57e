package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Reports the progress of a phase while another thread waits for it: a line every few seconds, and at half of its budget a
 * warning that names everything unfinished. Runs from the request to the end of the last phase.
 *
 * <p>Invariants, guarded by {@code lock}: {@code active} is the phase in progress, null between phases; {@code ended}
 * is final.
 */
final class PhaseProgressMonitor implements Runnable {

    /** The maximum number of unfinished items in a message; the rest is only counted. */
    static final int MAX_NAMED = 10;

    private static final int MAX_NAMED_IN_A_LINE = 3;

    /** The interval at which the number of unfinished items is checked. */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    /** A phase in progress. */
    private static final class ActivePhase {
        final ShutdownPhase phase;
        final List<UnfinishedWork.Source> work;
        final Deadline end;
        final Deadline half;
        Deadline nextLine;
        boolean halfReported;
        long lastCount = -1;

        ActivePhase(
                ShutdownPhase phase, List<UnfinishedWork.Source> work, Deadline end, Deadline half, Deadline nextLine) {
            this.phase = phase;
            this.work = work;
            this.end = end;
            this.half = half;
            this.nextLine = nextLine;
        }
    }

    /** Receives the progress. Must return at once. */
    interface ProgressListener {
        void onProgress(ShutdownPhase phase, long unfinished, Duration left);
    }

    private final Ticker ticker;
    private final Duration lineEvery;
    private final ProgressListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable ActivePhase active;
    private volatile boolean ended;
    private volatile @Nullable ShutdownPhase phase;
    /** The start of the coordinator while it is in progress. */
    private volatile UnfinishedWork.@Nullable Source start;

    PhaseProgressMonitor(Ticker ticker, Duration lineEvery, ProgressListener listener) {
        this.ticker = ticker;
        this.lineEvery = lineEvery;
        this.listener = listener;
    }

    void start() {
        try {
            NamedThreads.daemon("progress", this).start();
        } catch (OutOfMemoryError noThread) {
            LOG.warn("cannot create a thread, the progress is not reported", noThread);
        }
    }

    /**
     * Starts monitoring a phase that consists of {@code work} and has the time {@code budget}. A phase that has neither is
     * not reported.
     */
    void begin(ShutdownPhase phase, Duration budget, List<UnfinishedWork.Source> work) {
        this.phase = phase;
        if (work.isEmpty() && budget.isZero()) {
            set(null);
            return;
        }
        set(new ActivePhase(
                phase,
                work,
                Deadline.after(ticker, budget),
                Deadline.after(ticker, Durations.part(budget, 2)),
                Deadline.after(ticker, lineEvery)));
    }

    /** Ends monitoring of the phase. */
    void end() {
        set(null);
    }

    /** Ends the monitor: no phase follows. */
    void close() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the current phase, or the last one; empty before the first. */
    Optional<ShutdownPhase> phase() {
        return Optional.ofNullable(phase);
    }

    boolean isClosed() {
        return ended;
    }

    /** Sets the start that is in progress, without which no phase begins; null if there is none. */
    void starting(UnfinishedWork.@Nullable Source inProgress) {
        start = inProgress;
    }

    /**
     * Returns the unfinished work of the current phase or, before the first, of the start, formatted by {@link #describe};
     * empty between phases.
     */
    String describeUnfinished() {
        ActivePhase current;
        lock.lock();
        try {
            current = active;
        } finally {
            lock.unlock();
        }
        if (current != null) {
            return describe(current.work);
        }
        UnfinishedWork.Source inProgress = start;
        return inProgress == null ? "" : describe(List.of(inProgress));
    }

    /** Formats any unfinished work in the same way. */
    static String describe(List<? extends UnfinishedWork.Source> work) {
        long count = count(work);
        return count == 0 ? "" : describe(count, unfinished(work));
    }

    /** Formats unfinished work as lines of text, oldest first, with the number of items that are not listed. */
    static String describe(long count, List<UnfinishedWork> named) {
        StringBuilder text = new StringBuilder();
        named.stream().limit(MAX_NAMED).forEach(work -> text.append(System.lineSeparator())
                .append("    ")
                .append(work.text()));
        long rest = count - Math.min(named.size(), MAX_NAMED);
        if (rest > 0) {
            text.append(System.lineSeparator()).append("    ");
            text.append(named.isEmpty() ? "" : "and ").append(rest);
            text.append(named.isEmpty() ? " without details" : " more");
        }
        return text.toString();
    }

    /** The order in which {@link #describe} lists items. */
    static int oldestFirst(UnfinishedWork one, UnfinishedWork other) {
        return other.age().compareTo(one.age());
    }

    private void set(@Nullable ActivePhase next) {
        lock.lock();
        try {
            active = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The body of its thread. */
    @Override
    public void run() {
        boolean failed = false;
        boolean more = true;
        while (more) {
            try {
                if (failed) {
                    Ticker.pause();
                }
                more = reportNext();
                failed = false;
            } catch (RuntimeException | Error tooLittleMemory) { // for a lock, perhaps: the progress is reported later
                failed = true;
            }
        }
    }

    /** Reports once, or waits for something to report; returns false at the end. */
    private boolean reportNext() {
        ActivePhase current;
        boolean atHalf;
        lock.lock();
        try {
            current = active;
            if (ended) {
                return false;
            }
            if (current == null) {
                Ticker.awaitOrPause(lock, changed);
                return true;
            }
            long wait = Math.min(CHECK_INTERVAL.toNanos(), current.nextLine.remainingNanos());
            if (!current.halfReported) {
                wait = Math.min(wait, current.half.remainingNanos());
            }
            ticker.awaitOrPause(lock, changed, wait);
            if (active != current || ended) {
                return true;
            }
            atHalf = !current.halfReported && current.half.isExpired();
            current.halfReported |= atHalf;
        } catch (InterruptedException ignored) {
            return true; // the library never interrupts this thread
        } finally {
            lock.unlock();
        }
        reportSafely(current, atHalf);
        return true;
    }

    /** Runs foreign code: if an item fails to describe itself, the monitor continues without it. */
    private void reportSafely(ActivePhase current, boolean atHalf) {
        try {
            report(current, atHalf);
        } catch (RuntimeException | Error undescribed) {
            // The sequence reports the outcome of the phase in any case.
        }
    }

    /** Called without the lock, because logging and stack traces take time. Only this thread accesses the fields. */
    private void report(ActivePhase current, boolean atHalf) {
        long count = count(current.work);
        Duration left = current.end.remaining();
        boolean lineDue = current.nextLine.isExpired();
        if (lineDue) {
            current.nextLine = Deadline.after(ticker, lineEvery);
        }
        if (count != current.lastCount || lineDue) {
            current.lastCount = count;
            notifyListener(current, count, left);
        }
        if (atHalf && count > 0) {
            warnAtHalf(current, count);
        }
        if (lineDue) {
            LOG.info(
                    "phase {}: {} unfinished{}; the phase has {} left",
                    current.phase.label(),
                    count,
                    names(current.work),
                    Durations.text(left));
        }
    }

    private static void warnAtHalf(ActivePhase current, long count) {
        try {
            String unfinished = describe(count, unfinished(current.work));
            LOG.warn(
                    "half of the time for phase {} is over, {} unfinished:{}",
                    current.phase.label(),
                    count,
                    ComponentLogger.lines(unfinished));
        } catch (RuntimeException | Error undescribed) {
            // A line that is due is written anyway.
        }
    }

    /** Called with the lock, so that the listener is never notified of a phase that has ended. */
    private void notifyListener(ActivePhase current, long count, Duration left) {
        lock.lock();
        try {
            if (active == current) {
                listener.onProgress(current.phase, count, left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Names the oldest items on one line. */
    private static String names(List<UnfinishedWork.Source> work) {
        List<UnfinishedWork> oldest = unfinished(work);
        String names = oldest.stream()
                .limit(MAX_NAMED_IN_A_LINE)
                .map(w -> w.name() + " for " + Durations.text(w.age()))
                .collect(Collectors.joining(", "));
        return names.isEmpty()
                ? ""
                : oldest.size() > MAX_NAMED_IN_A_LINE ? " (" + names + ", ...)" : " (" + names + ")";
    }

    private static long count(List<? extends UnfinishedWork.Source> work) {
        long count = 0;
        for (UnfinishedWork.Source each : work) {
            count += each.unfinishedCount();
        }
        return count;
    }

    /** An item that cannot be described, for example for lack of memory, is only counted. */
    private static List<UnfinishedWork> described(UnfinishedWork.Source work) {
        try {
            return work.unfinished(MAX_NAMED);
        } catch (RuntimeException | Error undescribed) {
            return List.of();
        }
    }

    private static List<UnfinishedWork> unfinished(List<? extends UnfinishedWork.Source> work) {
        return work.stream()
                .flatMap(w -> described(w).stream())
                .sorted(PhaseProgressMonitor::oldestFirst)
                .limit(MAX_NAMED)
                .toList();
    }
}
