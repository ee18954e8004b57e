package io.github.shutdown4j.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The output of a {@link ChildJvm} so far and the time of its end; other threads can wait for either. */
final class ChildOutput {

    /** Nobody reads a message with more lines. */
    private static final int MOST_SHOWN = 500;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // guarded by lock
    private final List<ChildJvm.Line> lines = new ArrayList<>();
    private int openStreams = 2;
    private boolean ended;
    private long endedAt;

    void add(ChildJvm.Line line) {
        change(() -> lines.add(line));
    }

    /** One of the two streams is at its end. */
    void streamClosed() {
        change(() -> openStreams--);
    }

    void processEnded(long nanos) {
        change(() -> {
            ended = true;
            endedAt = nanos;
        });
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The first lines with this part; fewer if no more come, or none within the limit. Examines each line once. */
    List<ChildJvm.Line> find(String part, int count, Duration limit) throws InterruptedException {
        List<ChildJvm.Line> found = new ArrayList<>();
        int[] seen = {0};
        await(limit, () -> {
            while (seen[0] < lines.size() && found.size() < count) {
                ChildJvm.Line line = lines.get(seen[0]++);
                if (line.text().contains(part)) {
                    found.add(line);
                }
            }
            return found.size() == count || isComplete();
        });
        return found;
    }

    /** Waits for the end of the process. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return await(limit, () -> ended);
    }

    /** Waits for the last line; a process that the child has started may keep the streams open. */
    boolean awaitComplete(Duration limit) throws InterruptedException {
        return await(limit, this::isComplete);
    }

    private boolean isComplete() {
        return ended && openStreams == 0;
    }

    private boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long from = System.nanoTime();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                long left = limit.toNanos() - (System.nanoTime() - from);
                if (left <= 0) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** When the process ended; only after that. */
    long endedAt() {
        lock.lock();
        try {
            return endedAt;
        } finally {
            lock.unlock();
        }
    }

    List<ChildJvm.Line> lines() {
        lock.lock();
        try {
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    /** For messages: one per line; only the last if there are very many. */
    static String text(List<ChildJvm.Line> lines) {
        int left = Math.max(0, lines.size() - MOST_SHOWN);
        return (left == 0 ? "" : "  (" + left + " lines, and then)\n")
                + lines.stream().skip(left).map(ChildJvm.Line::toString).collect(Collectors.joining("\n"));
    }
}
