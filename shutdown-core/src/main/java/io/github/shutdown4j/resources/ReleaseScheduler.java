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

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * What the workers of a release and their supervisor share: who waits, who is under way, who has ended.
 *
 * <p>All under one lock:
 *
 * <ol>
 *   <li>A job is waiting, or running, or it has ended, and then it waits in {@code ended} until it is told.
 *   <li>{@code alive} counts the workers that can still take a job: the running ones and the free.
 *   <li>A worker whose job was interrupted or left behind takes no other job, so a late interrupt meets no stranger.
 * </ol>
 */
final class ReleaseScheduler {

    private static final int WORKERS_AT_FIRST = 128;
    private static final int WORKERS_AT_MOST = 1024;
    /** When nobody has taken a job for this long although some wait, more workers are wanted. */
    private static final long STUCK_NANOS = 10_000_000L;

    /**
     * What the supervisor has to do.
     *
     * @param ended to be told
     * @param due to be interrupted or left behind
     * @param suspects to be looked at, whether they call System.exit
     * @param wanted how many workers to add
     */
    record Look(List<StepResult> ended, List<ReleaseTask> due, List<ReleaseTask> suspects, int wanted, long now) {
        boolean isIdle() {
            return ended.isEmpty() && due.isEmpty() && suspects.isEmpty() && wanted == 0;
        }
    }

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    /** There is something to take, or nobody supervises any more. */
    private final Condition work = lock.newCondition();
    /** A job has ended, or the JVM is exiting. */
    private final Condition progress = lock.newCondition();

    private final Deque<ReleaseTask> waiting = new ArrayDeque<>();
    private final RunningTasks running = new RunningTasks();
    private final Set<ReleaseTask> leftBehind = new LinkedHashSet<>();
    private final ExitPollSchedule exitWatch = new ExitPollSchedule();
    private final List<ReleaseTask> ended = new ArrayList<>();
    private int alive;
    private boolean supervised;
    private long groupEndsAt;
    private long lastTakenAt;
    private @Nullable Throwable noThread;

    ReleaseScheduler(Ticker ticker) {
        this.ticker = ticker;
    }

    // For the supervisor

    /** Puts up a group that must be over in {@code nanos}; returns how many workers to add. */
    int begin(List<ReleaseTask> group, long nanos) {
        lock.lock();
        try {
            long now = ticker.nanoTime();
            waiting.addAll(group);
            groupEndsAt = now + nanos;
            lastTakenAt = now;
            exitWatch.restart(now);
            supervised = true;
            work.signalAll();
            return nanos > 0 ? Math.min(waiting.size(), WORKERS_AT_FIRST) - free() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something to do; null when the group is over and told. */
    @Nullable
    Look look() throws InterruptedException {
        lock.lock();
        try {
            supervised = true;
            while (true) {
                long now = ticker.nanoTime();
                skipIfTooLate(now);
                List<StepResult> over = takeEnded();
                if (over.isEmpty() && waiting.isEmpty() && running.isEmpty()) {
                    return null;
                }
                Look look = new Look(over, running.due(now), suspects(now), wantedWorkers(now), now);
                if (!look.isIdle()) {
                    return look;
                }
                ticker.await(lock, progress, untilNextLook(now));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the workers go: the free at once, the others when they find nothing more to take. */
    void rest() {
        lock.lock();
        try {
            supervised = false;
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether one more worker has something to do, and nothing is due meanwhile; it is counted from now on. */
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

    /** The worker just admitted could not be started. */
    void noWorker(Throwable why) {
        lock.lock();
        try {
            alive--;
            noThread = why;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Time is up for {@code due}, which stood where {@code stood} says: leaves those behind that have been interrupted
     * before, and returns the threads of the others, to be interrupted.
     */
    List<Thread> timeIsUp(List<ReleaseTask> due, List<UnfinishedWork> stood) {
        List<Thread> threads = new ArrayList<>(due.size());
        lock.lock();
        try {
            for (int i = 0; i < due.size(); i++) {
                ReleaseTask job = due.get(i);
                Thread thread = job.thread();
                if (!job.isRunning() || thread == null) {
                    continue;
                }
                job.stood(stood.get(i));
                if (job.isInterrupted()) {
                    leaveBehind(job);
                } else {
                    job.noteInterrupt();
                    threads.add(thread);
                }
            }
            running.lookAgain(ticker.nanoTime()); // for when the mercy is over
            return threads;
        } finally {
            lock.unlock();
        }
    }

    /** A job is inside System.exit and will never come back. */
    void calledExit(ReleaseTask job, StackTraceElement[] where) {
        lock.lock();
        try {
            if (job.isRunning()) {
                job.noteExit(where);
                leaveBehind(job);
            }
        } finally {
            lock.unlock();
        }
    }

    // For the workers

    /** The next job, begun; null if there is nothing more to do and the worker must end. */
    @Nullable
    ReleaseTask take(Thread worker) {
        lock.lock();
        try {
            while (true) {
                long now = ticker.nanoTime();
                ReleaseTask job = waiting.peek();
                long available = groupEndsAt - now;
                if (job != null && job.limitWithin(available) > 0) {
                    waiting.remove();
                    job.start(worker, now, available);
                    running.add(job);
                    lastTakenAt = now;
                    return job;
                }
                if (!supervised) {
                    alive--;
                    return null;
                }
                work.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes how a job ended; false if the worker must end. */
    boolean mayGoOn(ReleaseTask job, ReleaseTask.Ending ending) {
        lock.lock();
        try {
            if (!job.isRunning()) {
                leftBehind.remove(job);
                return false;
            }
            job.end(ticker.nanoTime(), ending);
            running.remove(job);
            if (ended.isEmpty()) {
                progress.signal();
            }
            ended.add(job);
            if (job.isInterrupted()) {
                alive--;
                return false;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    // For everybody

    /** From now on, a thread inside System.exit will never come back. */
    void jvmExiting() {
        lock.lock();
        try {
            exitWatch.jvmExiting(ticker.nanoTime());
            progress.signal();
        } finally {
            lock.unlock();
        }
    }

    int unfinishedCount() {
        lock.lock();
        try {
            return waiting.size() + running.size() + leftBehind.size();
        } finally {
            lock.unlock();
        }
    }

    /** Those left behind and those under way, in the order in which they began. */
    List<ReleaseTask> atWork() {
        lock.lock();
        try {
            List<ReleaseTask> jobs = new ArrayList<>(leftBehind);
            jobs.addAll(running.all());
            return jobs;
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
        String why = alive == 0 && noThread != null
                ? "no thread could be started for it: " + noThread
                : "no time was left for it";
        for (ReleaseTask job : waiting) {
            job.skip(now, why);
            ended.add(job);
        }
        waiting.clear();
    }

    private List<StepResult> takeEnded() {
        List<StepResult> taken = new ArrayList<>(ended.size());
        for (ReleaseTask job : ended) {
            taken.add(job.result());
        }
        ended.clear();
        return taken;
    }

    private List<ReleaseTask> suspects(long now) {
        return !running.isEmpty() && exitWatch.isDue(now) ? running.all() : List.of();
    }

    private int wantedWorkers(long now) {
        if (waiting.isEmpty() || now - lastTakenAt < STUCK_NANOS) {
            return 0;
        }
        lastTakenAt = now;
        int more = Math.min(Math.max(alive, WORKERS_AT_FIRST), WORKERS_AT_MOST - alive);
        return Math.max(0, Math.min(waiting.size(), more) - free());
    }

    private long untilNextLook(long now) {
        long nanos = running.nanosUntilDue(now);
        if (!running.isEmpty()) {
            nanos = Math.min(nanos, exitWatch.nanosUntilDue(now));
        }
        if (!waiting.isEmpty()) {
            nanos = Math.min(nanos, Math.min(STUCK_NANOS, groupEndsAt - now));
        }
        return Math.max(1, nanos);
    }

    private void leaveBehind(ReleaseTask job) {
        job.leaveBehind(ticker.nanoTime());
        running.remove(job);
        leftBehind.add(job);
        ended.add(job);
        alive--;
    }
}
