package io.github.shutdown4j.resources;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ExitPollSchedule;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * The state that the workers of a release and their supervisor share: waiting, running and ended tasks.
 *
 * <p>Invariants, guarded by one lock:
 *
 * <ol>
 *   <li>A task is waiting, running or ended; an ended task is in {@code ended} until it is reported.
 *   <li>{@code alive} counts the workers that can still take a task, running or free.
 *   <li>A worker whose task was interrupted or abandoned takes no other task, so a late interrupt cannot hit another task.
 * </ol>
 */
final class ReleaseScheduler {

    private static final int FIRST_WORKERS = 128;
    private static final int MAX_WORKERS = 1024;
    /** If no worker has taken a waiting task for this long, more workers are started. */
    private static final long STUCK_NANOS = 10_000_000L;

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    /** A task can be taken, or the supervision has ended. */
    private final Condition work = lock.newCondition();
    /** A task has ended, or the JVM is exiting. */
    private final Condition progress = lock.newCondition();

    private final Deque<ReleaseTask> waiting = new ArrayDeque<>();
    private final RunningTasks running = new RunningTasks();
    private final Set<ReleaseTask> abandoned = new LinkedHashSet<>();
    private final ExitPollSchedule exitPolls = new ExitPollSchedule();
    private final ArrayList<ReleaseTask> ended = new ArrayList<>();
    private int alive;
    private boolean supervised;
    private long groupEndsAt;
    private long lastTakenAt;
    private @Nullable Throwable threadFailure;

    ReleaseScheduler(Ticker ticker) {
        this.ticker = ticker;
    }

    // For the supervisor

    /** Starts a group that must end within {@code nanos}; returns the number of workers to start. */
    int begin(List<ReleaseTask> group, long nanos) {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            for (ReleaseTask task : group) { // addAll would link a method reference
                waiting.add(task);
            }
            groupEndsAt = now + nanos;
            lastTakenAt = now;
            exitPolls.restart(now);
            supervised = true;
            work.signalAll();
            return nanos > 0 ? Math.min(waiting.size(), FIRST_WORKERS) - free() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for actions to take; null when the group has ended and is reported. */
    @Nullable
    PendingActions awaitActions() throws InterruptedException {
        lock.lock();
        try {
            supervised = true;
            while (true) {
                long now = ticker.nanoTime();
                skipIfTooLate(now);
                List<StepResult> over = drainEnded();
                if (over.isEmpty() && waiting.isEmpty() && running.isEmpty()) {
                    return null;
                }
                PendingActions pending =
                        new PendingActions(over, running.due(now), possibleExiters(now), wantedWorkers(now), now);
                if (!pending.isEmpty()) {
                    return pending;
                }
                ticker.awaitOrPause(lock, progress, untilNextCheck(now));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the workers: free ones at once, the others when no task is left. */
    void dismissWorkers() {
        lock.lock();
        try {
            supervised = false;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether another worker is needed and no action is due. If true, the worker is counted from now on. */
    boolean admitWorker() {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            ReleaseTask next = waiting.peek();
            if (next == null || next.limitWithin(groupEndsAt - now) <= 0 || running.nanosUntilDue(now) <= 0) {
                return false;
            }
            alive++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The worker just admitted could not be started. Returns whether there is no other. */
    boolean noWorker(Throwable why) {
        lock.lock();
        try {
            alive--;
            threadFailure = why;
            return alive == 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Handles tasks that have reached their limit, with the stacks taken then: abandons those that were interrupted before,
     * and returns the threads of the others, which the caller interrupts.
     */
    List<Thread> timeIsUp(List<ReleaseTask> due, List<List<UnfinishedWork>> stackAtTimeout) {
        List<Thread> threads = new ArrayList<>(due.size());
        lock.lock();
        try {
            for (int i = 0; i < due.size(); i++) {
                ReleaseTask task = due.get(i);
                Thread thread = task.thread();
                if (!task.isRunning() || thread == null) {
                    continue;
                }
                task.stackAtTimeout(stackAtTimeout.get(i));
                if (task.isInterrupted()) {
                    abandon(task);
                } else {
                    task.markInterrupted();
                    threads.add(thread);
                }
            }
            running.reset(ticker.nanoTime()); // for the end of the grace after the interrupt
            return threads;
        } finally {
            lock.unlock();
        }
    }

    /** A task has called System.exit, which never returns. */
    void calledExit(ReleaseTask task, StackTraceElement[] where) {
        lock.lock();
        try {
            if (task.isRunning()) {
                task.markExiting(where);
                abandon(task);
            }
        } finally {
            lock.unlock();
        }
    }

    // For the workers

    /** Starts and returns the next task; null if the worker must end. */
    @Nullable
    ReleaseTask take(Thread worker) {
        lock.lock();
        try {
            while (true) {
                ReleaseTask task = takeNow(worker);
                if (task != null) {
                    return task;
                }
                if (!supervised) {
                    alive--;
                    return null;
                }
                Ticker.awaitUninterruptiblyOrPause(lock, work);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Starts and returns the next task; null if none can start. The thread need not be a worker. */
    @Nullable
    ReleaseTask takeNow(Thread thread) {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            ReleaseTask task = waiting.peek();
            long available = groupEndsAt - now;
            if (task == null || task.limitWithin(available) <= 0) {
                return null;
            }
            task.start(thread, now, available);
            running.add(task);
            waiting.remove(); // last, because without memory for the others the task must not be lost
            lastTakenAt = now;
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** Records the end of a task; false if the worker must end. */
    boolean finish(ReleaseTask task, ReleaseTask.CallResult result) {
        lock.lock();
        try {
            if (!task.isRunning()) {
                abandoned.remove(task);
                return false;
            }
            ended.ensureCapacity(
                    ended.size() + 1); // so that nothing fails for lack of memory after the end of the task
            task.end(ticker.nanoTime(), result);
            running.remove(task);
            ended.add(task);
            progress.signal();
            if (task.isInterrupted()) {
                alive--;
                return false;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    // For any thread

    /** From now on, a thread that calls System.exit never returns from it. */
    void jvmExiting() {
        lock.lock();
        try {
            exitPolls.jvmExiting(ticker.nanoTime());
            progress.signal();
        } finally {
            lock.unlock();
        }
    }

    int unfinishedCount() {
        lock.lock();
        try {
            return waiting.size() + running.size() + abandoned.size();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the abandoned and the running tasks, in the order of their start. */
    List<ReleaseTask> unfinishedTasks() {
        lock.lock();
        try {
            List<ReleaseTask> tasks = new ArrayList<>(abandoned);
            tasks.addAll(running.all());
            return tasks;
        } finally {
            lock.unlock();
        }
    }

    // With the lock held

    private int free() {
        return alive - running.size();
    }

    private void skipIfTooLate(long now) {
        ReleaseTask first = waiting.peek();
        if (first == null || first.limitWithin(groupEndsAt - now) > 0) {
            return;
        }
        String why = alive == 0 && threadFailure != null
                ? "no thread could be started for it: " + threadFailure
                : "no time was left for it";
        for (ReleaseTask task = first; task != null; task = waiting.peek()) {
            task.skip(now, why);
            ended.add(task);
            waiting.remove();
        }
    }

    private List<StepResult> drainEnded() {
        List<StepResult> taken = new ArrayList<>(ended.size());
        for (ReleaseTask task : ended) {
            taken.add(task.result());
        }
        ended.clear();
        return taken;
    }

    private List<ReleaseTask> possibleExiters(long now) {
        return !running.isEmpty() && exitPolls.isDue(now) ? running.all() : List.of();
    }

    private int wantedWorkers(long now) {
        if (waiting.isEmpty() || now - lastTakenAt < STUCK_NANOS) {
            return 0;
        }
        lastTakenAt = now;
        int more = Math.min(Math.max(alive, FIRST_WORKERS), MAX_WORKERS - alive);
        return Math.max(0, Math.min(waiting.size(), more) - free());
    }

    private long untilNextCheck(long now) {
        long nanos = running.nanosUntilDue(now);
        if (!running.isEmpty()) {
            nanos = Math.min(nanos, exitPolls.nanosUntilDue(now));
        }
        if (!waiting.isEmpty()) {
            nanos = Math.min(nanos, Math.min(STUCK_NANOS, groupEndsAt - now));
        }
        return Math.max(1, nanos);
    }

    private void abandon(ReleaseTask task) {
        task.abandon(ticker.nanoTime());
        running.remove(task);
        abandoned.add(task);
        ended.add(task);
        alive--;
    }
}
