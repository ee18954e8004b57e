package io.github.shutdown4j.events;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/**
 * The events and counters of an event queue, shared by the producers and the writer.
 *
 * <p>Invariants, guarded by the lock:
 *
 * <ol>
 *   <li>An accepted event is counted by exactly one of {@code waiting.size()}, {@code inFlight}, {@code written} and
 *       {@code failed}.
 *   <li>{@code waiting.size()} never exceeds the capacity.
 *   <li>{@code closed} never becomes false again; once it is true, no event is added.
 *   <li>{@code abort} implies {@code closed}; once it is true, no batch starts and {@code waiting} does not change.
 *   <li>Once {@code finished} is true, nothing changes any more.
 * </ol>
 */
final class EventBuffer<T> {

    /** Limits the memory for failures. */
    private static final int MAX_FAILURES = 10;

    private record Waiting<T>(T event, long since) {}

    private final int capacity;
    private final int batchSize;
    private final long lingerNanos;
    private final Ticker ticker;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signals the writer: a first event, a full batch, or the close. */
    private final Condition work = lock.newCondition();

    private final Condition space = lock.newCondition();
    private final Condition end = lock.newCondition();

    private final Deque<Waiting<T>> waiting = new ArrayDeque<>();
    private int inFlight;
    private long written;
    private long failed;
    private long refused;
    private boolean closed;
    private boolean abort;
    private boolean finished;
    private final List<Throwable> failures = new ArrayList<>();

    EventBuffer(int capacity, int batchSize, Duration linger, Ticker ticker) {
        this.capacity = capacity;
        this.batchSize = batchSize;
        this.lingerNanos = Durations.nanos(linger);
        this.ticker = ticker;
    }

    // For producers

    boolean add(T event) {
        lock.lock();
        try {
            return addOrRefuse(event);
        } finally {
            lock.unlock();
        }
    }

    boolean add(T event, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && isFull() && !deadline.isExpired()) {
                ticker.await(lock, space, deadline.remainingNanos());
            }
            return addOrRefuse(event);
        } catch (InterruptedException e) {
            refused++;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private boolean addOrRefuse(T event) {
        if (closed || isFull()) {
            refused++;
            return false;
        }
        waiting.add(new Waiting<>(event, ticker.nanoTime()));
        if (waiting.size() == 1 || waiting.size() == batchSize) {
            work.signal();
        }
        return true;
    }

    private boolean isFull() {
        return waiting.size() >= capacity;
    }

    // For the writer

    /** Waits for a batch that is due; empty if there are no more batches. */
    List<T> take() {
        lock.lock();
        try {
            while (!abort && !(closed && waiting.isEmpty())) {
                if (!waiting.isEmpty() && (closed || waiting.size() >= batchSize || lingerLeft() <= 0)) {
                    return remove();
                }
                awaitWork();
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is in take()
    private void awaitWork() {
        try {
            if (waiting.isEmpty()) {
                Ticker.awaitOrPause(lock, work);
            } else {
                ticker.awaitOrPause(lock, work, lingerLeft());
            }
        } catch (InterruptedException e) {
            // Either the queue is being aborted, which the caller checks, or the handler has left an interrupt behind.
        }
    }

    private long lingerLeft() {
        return lingerNanos - (ticker.nanoTime() - waiting.element().since());
    }

    private List<T> remove() {
        int count = Math.min(batchSize, waiting.size());
        List<T> batch = new ArrayList<>(count);
        List<T> unmodifiable = Collections.unmodifiableList(batch); // allocated before anything is removed
        for (int i = 0; i < count; i++) {
            batch.add(waiting.remove().event());
        }
        inFlight = count;
        space.signalAll();
        return unmodifiable;
    }

    /** Records whether the current batch was written. */
    void written(@Nullable Throwable failure) {
        lock.lock();
        try {
            if (failure == null) {
                written += inFlight;
            } else {
                failed += inFlight;
                keep(failure);
            }
            inFlight = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Records the end of the writer, with its failure, if any. */
    void finish(@Nullable Throwable failure) {
        lock.lock();
        try {
            closed = true;
            abort = true;
            finished = true;
            if (failure != null) {
                keep(failure);
            }
            space.signalAll();
            end.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Only failures after the close are failures of the release; earlier ones were logged. */
    private void keep(Throwable failure) {
        if (closed && failures.size() < MAX_FAILURES) {
            failures.add(failure);
        }
    }

    // For the release

    void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            space.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void abort() {
        lock.lock();
        try {
            closed = true;
            abort = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the writer has ended before the deadline. */
    boolean awaitEnd(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!finished && !deadline.isExpired()) {
                ticker.awaitOrPause(lock, end, deadline.remainingNanos());
            }
            return finished;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the failures since the close, at most the first ten. */
    List<Throwable> failures() {
        lock.lock();
        try {
            return List.copyOf(failures);
        } finally {
            lock.unlock();
        }
    }

    // Queries

    record Counts(int waiting, int inFlight, long written, long failed, long refused, boolean closed) {

        /** The number of written events and the other counts that are not zero. */
        String text() {
            StringBuilder text = new StringBuilder().append(written).append(" written");
            append(text, failed, "failed");
            append(text, refused, "refused");
            append(text, waiting, closed ? "left over" : "waiting");
            append(text, inFlight, "being written");
            return text.toString();
        }

        private static void append(StringBuilder text, long count, String what) {
            if (count > 0) {
                text.append(", ").append(count).append(' ').append(what);
            }
        }
    }

    Counts counts() {
        lock.lock();
        try {
            return new Counts(waiting.size(), inFlight, written, failed, refused, closed);
        } finally {
            lock.unlock();
        }
    }

    Optional<Duration> oldestAge() {
        lock.lock();
        try {
            return waiting.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ticker.since(waiting.element().since()));
        } finally {
            lock.unlock();
        }
    }

    List<T> waiting() {
        lock.lock();
        try {
            return waiting.stream().map(Waiting::event).toList();
        } finally {
            lock.unlock();
        }
    }
}
