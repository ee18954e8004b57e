package io.github.shutdown4j.checkpoint;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.CheckpointException.Kind;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * The only thread that accesses the files of a checkpoint. It is never interrupted, because that would close the files. It is
 * a daemon thread, so a disk that hangs does not keep the JVM alive. It runs its tasks one after another.
 *
 * <p>Invariants, guarded by {@link #lock}:
 *
 * <ol>
 *   <li>A task is in {@link #queue}, then {@link #running}, then done.
 *   <li>The body of a task changes only while the task is in the queue.
 *   <li>No task enters the queue once {@link #stopping} is set; the thread ends when it is set and the queue is empty.
 *   <li>A periodic save runs only if it is due and no task is waiting.
 * </ol>
 */
final class CheckpointWorker implements Runnable {

    private final String name;
    private final Path file;
    private final Ticker ticker;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition done = lock.newCondition();
    private final ArrayDeque<CheckpointTask<?>> queue = new ArrayDeque<>();
    private @Nullable CheckpointTask<?> running;
    private boolean stopping;
    private @Nullable PeriodicSchedule schedule;
    private volatile Step step = new Step("start", false);

    /**
     * The current step of the running task.
     *
     * @param doing its name in the infinitive, for messages
     * @param newStateInPlace whether the new state has already replaced the previous one
     */
    private record Step(String doing, boolean newStateInPlace) {}

    CheckpointWorker(String name, Path file, Ticker ticker) {
        this.name = "checkpoint-" + name;
        this.file = file;
        this.ticker = ticker;
        this.thread = NamedThreads.uninterruptible(this.name, this);
    }

    void start() {
        thread.start();
    }

    <R> CheckpointTask<R> submit(String what, Callable<? extends R> body) throws CheckpointException {
        refuseOwnThread();
        lock.lock();
        try {
            return enqueue(new CheckpointTask<>(what, body, false, ticker.nanoTime()));
        } finally {
            lock.unlock();
        }
    }

    /** Joins the last task if it is of the same kind and has not started, and replaces its body. */
    @SuppressWarnings("unchecked") // mergeable tasks of one worker all have the same result type
    <R> CheckpointTask<R> submitMerged(String what, Callable<? extends R> body) throws CheckpointException {
        refuseOwnThread();
        lock.lock();
        try {
            CheckpointTask<R> last = (CheckpointTask<R>) queue.peekLast();
            if (last != null && last.mergeable && !stopping) {
                last.body = body;
                return last;
            }
            return enqueue(new CheckpointTask<>(what, body, true, ticker.nanoTime()));
        } finally {
            lock.unlock();
        }
    }

    /** Adds the last task: later ones are refused. */
    <R> CheckpointTask<R> submitLast(String what, Callable<? extends R> body) throws CheckpointException {
        refuseOwnThread();
        lock.lock();
        try {
            CheckpointTask<R> task = enqueue(new CheckpointTask<>(what, body, false, ticker.nanoTime()));
            stopping = true;
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses further tasks; the thread ends after those in the queue. */
    void stop() {
        lock.lock();
        try {
            stopping = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void refuseOwnThread() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("the supplier and the codec of a checkpoint must not call its store");
        }
    }

    private <R> CheckpointTask<R> enqueue(CheckpointTask<R> task) throws CheckpointException {
        if (stopping) {
            throw new CheckpointException(Kind.CLOSED, file, "begin", "the store is closed", null);
        }
        queue.add(task);
        work.signal();
        return task;
    }

    /**
     * Waits for the task. An interrupt does not end the wait; the interrupt status is kept.
     *
     * @throws CheckpointException the failure of the task, as a separate exception for each caller; {@link Kind#ABANDONED}
     *     at the deadline
     */
    <R> R await(CheckpointTask<R> task, Deadline deadline) throws CheckpointException {
        String unfinished = awaitEnd(task, deadline);
        if (unfinished != null) {
            throw new CheckpointException(Kind.ABANDONED, file, step(), "timed out " + unfinished, null);
        }
        Throwable failure = task.failure;
        if (failure instanceof CheckpointException e) {
            throw e.again();
        }
        if (failure != null) {
            throw new CheckpointException(
                    Kind.UNUSABLE, file, step(), "failed: " + Failures.firstLine(failure), failure);
        }
        return resultOf(task);
    }

    /** Returns null if the task has ended, or its current step at the deadline. */
    private @Nullable String awaitEnd(CheckpointTask<?> task, Deadline deadline) {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!task.finished) {
                long left = deadline.remainingNanos();
                if (left <= 0) {
                    return where(task);
                }
                try {
                    ticker.awaitOrPause(lock, done, left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return null;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("NullAway") // a task that has finished without failure has a result
    private static <R> R resultOf(CheckpointTask<R> task) {
        return task.result;
    }

    private String where(CheckpointTask<?> task) {
        CheckpointTask<?> now = running;
        Step current = step;
        if (now == task && current.newStateInPlace()) {
            return "while trying to " + current.doing() + "; the new state is in place but may not survive a power cut";
        }
        String place = now == null
                ? "before it began"
                : now == task
                        ? "while trying to " + current.doing()
                        : "behind \"" + now.what + "\", which is trying to " + current.doing();
        return place + "; the previous state is unchanged";
    }

    /** Runs {@code body} periodically from now on, if no task is waiting; missed runs are skipped. */
    void schedule(Duration every, Callable<?> body) {
        lock.lock();
        try {
            schedule = new PeriodicSchedule(body, Durations.nanos(every), ticker.nanoTime());
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Records the current step of the running task, in the infinitive, for messages. */
    void step(String doing) {
        step(doing, false);
    }

    void step(String doing, boolean newStateInPlace) {
        step = new Step(doing, newStateInPlace);
    }

    String step() {
        return step.doing();
    }

    int unfinished() {
        lock.lock();
        try {
            return queue.size() + (running == null ? 0 : 1);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the running task with its stack trace; null if there is none. */
    @Nullable
    UnfinishedWork runningWork() {
        String what;
        Duration age;
        lock.lock();
        try {
            if (running == null) {
                return null;
            }
            what = running.what;
            age = ticker.since(running.since);
        } finally {
            lock.unlock();
        }
        return UnfinishedWork.of(what + ": " + step(), age, thread);
    }

    /**
     * Runs {@code body} on a separate thread, because the worker may hang, and waits at most for {@code limit}. An
     * interrupt does not end the wait; the interrupt status is kept. Returns whether {@code body} has ended.
     */
    boolean runAside(Runnable body, Duration limit) {
        CheckpointTask<Boolean> task = new CheckpointTask<>("note", () -> true, false, ticker.nanoTime());
        Runnable all = () -> {
            body.run();
            finish(task, true, null);
        };
        NamedThreads.uninterruptible(name + "-aside", all).start();
        return awaitEnd(task, Deadline.after(ticker, limit)) == null;
    }

    /** The body of the thread. */
    @Override
    public void run() {
        boolean failed = false;
        boolean more = true;
        while (more) {
            try {
                if (failed) {
                    Ticker.pause(); // in the try block, because its first use takes memory
                }
                more = runNext();
                failed = false;
            } catch (RuntimeException | Error noMemory) { // to wait or to begin: what a task throws is its result
                failed = true;
            }
        }
    }

    /** A separate frame, so that the waiting thread does not keep a saved state reachable. */
    private boolean runNext() {
        CheckpointTask<?> next = next();
        if (next != null) {
            run(next);
        }
        return next != null;
    }

    /** Waits for the next task; null when there are no more. */
    private @Nullable CheckpointTask<?> next() {
        lock.lock();
        try {
            while (true) {
                CheckpointTask<?> task = queue.peek();
                if (task != null) {
                    running = task;
                    queue.remove();
                    return task;
                }
                if (stopping) {
                    return null;
                }
                PeriodicSchedule periodic = schedule;
                if (periodic == null) {
                    Ticker.awaitUninterruptiblyOrPause(lock, work);
                    continue;
                }
                long now = ticker.nanoTime();
                long wait = periodic.nanosUntilDue(now);
                if (wait <= 0) {
                    running = new CheckpointTask<>("periodic save", periodic.takeRun(now), false, now);
                    return running;
                }
                ticker.await(lock, work, wait);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("this thread is never interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    private <R> void run(CheckpointTask<R> task) {
        try {
            finish(task, task.body.call(), null);
        } catch (Throwable e) {
            finish(task, null, e);
        }
    }

    private <R> void finish(CheckpointTask<R> task, @Nullable R result, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (running == task) {
                running = null;
            }
            task.result = result;
            task.failure = failure;
            task.finished = true;
            done.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
