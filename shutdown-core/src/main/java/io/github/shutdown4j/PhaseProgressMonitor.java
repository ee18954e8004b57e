package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.SafeLog;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Tells how a phase gets on while somebody else waits for it: a line every few seconds, and at half of its budget a
 * warning that names everything unfinished. Lives from the request to the end.
 *
 * <p>Invariants, guarded by {@code lock}: {@code watched} is the phase in progress, null between phases; {@code ended}
 * is final.
 */
final class PhaseProgressMonitor {

    /** How many unfinished pieces of work a message names; the rest is counted. */
    static final int NAMED_AT_MOST = 10;

    private static final int NAMED_IN_A_LINE = 3;

    /** How often the count is compared. */
    private static final Duration BEAT = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(PhaseProgressMonitor.class);

    /** A phase in progress. */
    private static final class Watched {
        final ShutdownPhase phase;
        final List<UnfinishedWork.Source> work;
        final Deadline end;
        final Deadline half;
        Deadline nextLine;
        boolean halfReported;
        long lastCount = -1;

        Watched(ShutdownPhase phase, List<UnfinishedWork.Source> work, Deadline end, Deadline half, Deadline nextLine) {
            this.phase = phase;
            this.work = work;
            this.end = end;
            this.half = half;
            this.nextLine = nextLine;
        }
    }

    /** Hears of the progress; must return at once. */
    interface ProgressListener {
        void onProgress(ShutdownPhase phase, long unfinished, Duration left);
    }

    private final Ticker ticker;
    private final Duration lineEvery;
    private final ProgressListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Watched watched;
    private volatile boolean ended;
    private volatile @Nullable ShutdownPhase phase;

    PhaseProgressMonitor(Ticker ticker, Duration lineEvery, ProgressListener listener) {
        this.ticker = ticker;
        this.lineEvery = lineEvery;
        this.listener = listener;
    }

    void start() {
        try {
            NamedThreads.daemon("watch", this::watch).start();
        } catch (OutOfMemoryError noThread) {
            SafeLog.say(() -> log.warn("Shutdown: no thread to be had, the progress is not told", noThread));
        }
    }

    /** The phase begins; it consists of {@code work} and may take {@code budget}. */
    void begin(ShutdownPhase phase, Duration budget, List<UnfinishedWork.Source> work) {
        this.phase = phase;
        set(new Watched(
                phase,
                work,
                Deadline.after(ticker, budget),
                Deadline.after(ticker, Durations.part(budget, 2)),
                Deadline.after(ticker, lineEvery)));
    }

    /** The phase is over. */
    void end() {
        set(null);
    }

    /** There will be no more phases. */
    void close() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The phase in progress, or the last one; empty before the first. */
    Optional<ShutdownPhase> phase() {
        return Optional.ofNullable(phase);
    }

    boolean isClosed() {
        return ended;
    }

    /** What is unfinished in the phase in progress, as {@link #describe} puts it; empty between phases. */
    String describeUnfinished() {
        Watched current;
        lock.lock();
        try {
            current = watched;
        } finally {
            lock.unlock();
        }
        return current == null ? "" : describe(count(current.work), unfinished(current.work));
    }

    /** Lists work that is unfinished as lines of text, the oldest first, and counts what is not listed. */
    static String describe(long count, List<UnfinishedWork> named) {
        StringBuilder text = new StringBuilder();
        named.stream().limit(NAMED_AT_MOST).forEach(work -> text.append(System.lineSeparator())
                .append("    ")
                .append(work.text()));
        long rest = count - Math.min(named.size(), NAMED_AT_MOST);
        if (rest > 0) {
            text.append(System.lineSeparator()).append("    ");
            text.append(named.isEmpty() ? "" : "and ").append(rest);
            text.append(named.isEmpty() ? " of which no details are kept" : " more");
        }
        return text.toString();
    }

    /** Compares as {@link #describe} wants its list sorted. */
    static int oldestFirst(UnfinishedWork one, UnfinishedWork other) {
        return other.age().compareTo(one.age());
    }

    private void set(@Nullable Watched next) {
        lock.lock();
        try {
            watched = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        while (true) {
            Watched current;
            boolean atHalf;
            lock.lock();
            try {
                current = watched;
                if (ended) {
                    return;
                }
                if (current == null) {
                    changed.await();
                    continue;
                }
                long wait = Math.min(BEAT.toNanos(), current.nextLine.remainingNanos());
                if (!current.halfReported) {
                    wait = Math.min(wait, current.half.remainingNanos());
                }
                ticker.await(lock, changed, wait);
                if (watched != current || ended) {
                    continue;
                }
                atHalf = !current.halfReported && current.half.isExpired();
                current.halfReported |= atHalf;
            } catch (InterruptedException meant) {
                continue; // for nobody: this thread is not handed out
            } finally {
                lock.unlock();
            }
            boolean half = atHalf;
            SafeLog.say(() -> tell(current, half));
        }
    }

    /** Called without the lock: logging and foreign stacks take their time. Only this thread touches the fields. */
    private void tell(Watched current, boolean atHalf) {
        long count = count(current.work);
        Duration left = current.end.remaining();
        boolean lineDue = current.nextLine.isExpired();
        if (lineDue) {
            current.nextLine = Deadline.after(ticker, lineEvery);
        }
        if (count != current.lastCount || lineDue) {
            current.lastCount = count;
            tellListener(current, count, left);
        }
        if (atHalf && count > 0) {
            SafeLog.say(() -> log.warn(
                    "Shutdown: half of the time for phase {} is over, {} unfinished:{}",
                    current.phase.label(),
                    count,
                    describe(count, unfinished(current.work))));
        }
        if (lineDue) {
            log.info(
                    "Shutdown: phase {}: {} unfinished{}, {} left",
                    current.phase.label(),
                    count,
                    names(current.work),
                    Durations.text(left));
        }
    }

    /** With the lock: nothing is told of a phase once it is over, which would be taken for the one after it. */
    private void tellListener(Watched current, long count, Duration left) {
        lock.lock();
        try {
            if (watched == current) {
                listener.onProgress(current.phase, count, left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The oldest of them by name, for a line. */
    private static String names(List<UnfinishedWork.Source> work) {
        List<UnfinishedWork> oldest = unfinished(work);
        String names = oldest.stream()
                .limit(NAMED_IN_A_LINE)
                .map(w -> w.name() + " for " + Durations.text(w.age()))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : oldest.size() > NAMED_IN_A_LINE ? " (" + names + ", ...)" : " (" + names + ")";
    }

    private static long count(List<UnfinishedWork.Source> work) {
        long count = 0;
        for (UnfinishedWork.Source each : work) {
            count += each.unfinishedCount();
        }
        return count;
    }

    private static List<UnfinishedWork> unfinished(List<UnfinishedWork.Source> work) {
        return work.stream()
                .flatMap(w -> w.unfinished(NAMED_AT_MOST).stream())
                .sorted(PhaseProgressMonitor::oldestFirst)
                .limit(NAMED_AT_MOST)
                .toList();
    }
}
