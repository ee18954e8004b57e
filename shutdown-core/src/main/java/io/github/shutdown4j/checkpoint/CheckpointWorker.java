package io.github.shutdown4j.checkpoint;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.checkpoint.CheckpointTask.LateException;
import io.github.shutdown4j.checkpoint.CheckpointTask.StoppedException;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * The one thread that touches a checkpoint's files. Nobody can interrupt it, which would close the files under its
 * hands; it does not keep the JVM alive, so a disk that hangs cannot either; and it does its jobs one after the other.
 *
 * <p>Invariants, all under {@link #lock}:
 *
 * <ol>
 *   <li>A job is in {@link #queue}, or it is {@link #running}, or it is done; it goes that way only.
 *   <li>The body of a job changes only while the job is in the queue.
 *   <li>Nothing enters the queue once {@link #stopping} is set; the thread ends when it is set and the queue is empty.
 *   <li>The beat is due at {@link #nextBeat} at the earliest, and only when no job is waiting.
 * </ol>
 */
final class CheckpointWorker {

    private final String name;
    private final Ticker ticker;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition done = lock.newCondition();
    private final ArrayDeque<CheckpointTask<?>> queue = new ArrayDeque<>();
    private @Nullable CheckpointTask<?> running;
    private boolean stopping;
    private @Nullable Callable<?> beat;
    private long period;
    private long nextBeat;
    private volatile String step = "start";

    CheckpointWorker(String name, Ticker ticker) {
        this.name = "checkpoint-" + name;
        this.ticker = ticker;
        this.thread = NamedThreads.uninterruptible(this.name, this::run);
    }

    void start() {
        thread.start();
    }

    <R> CheckpointTask<R> submit(String what, Callable<? extends R> body) throws StoppedException {
        lock.lock();
        try {
            return enqueue(new CheckpointTask<>(what, body, false, ticker.nanoTime()));
        } finally {
            lock.unlock();
        }
    }

    /** Joins the last job if that is of the same kind and has not begun, with {@code body} in place of its own. */
    @SuppressWarnings("unchecked") // mergeable jobs of one worker all have the same result type
    <R> CheckpointTask<R> submitMerged(String what, Callable<? extends R> body) throws StoppedException {
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

    /** Takes no more jobs after this one. */
    <R> CheckpointTask<R> submitLast(String what, Callable<? extends R> body) throws StoppedException {
        lock.lock();
        try {
            CheckpointTask<R> job = enqueue(new CheckpointTask<>(what, body, false, ticker.nanoTime()));
            stopping = true;
            return job;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more jobs, does those it has, and ends. */
    void stop() {
        lock.lock();
        try {
            stopping = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private <R> CheckpointTask<R> enqueue(CheckpointTask<R> job) throws StoppedException {
        if (stopping) {
            throw new StoppedException();
        }
        queue.add(job);
        work.signal();
        return job;
    }

    /**
     * Waits for the job; an interrupt does not end the wait and is not lost.
     *
     * @throws LateException if {@code deadline} passes first
     * @throws Throwable what the job threw; the same object for all who wait
     */
    <R> R await(CheckpointTask<R> job, Deadline deadline) throws Throwable {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!job.finished) {
                long left = deadline.remainingNanos();
                if (left <= 0) {
                    throw new LateException(where(job));
                }
                try {
                    ticker.await(lock, done, left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (job.failure != null) {
                throw job.failure;
            }
            return resultOf(job);
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("NullAway") // a job that finished without failure has what its body returned
    private static <R> R resultOf(CheckpointTask<R> job) {
        return job.result;
    }

    private String where(CheckpointTask<?> job) {
        CheckpointTask<?> now = running;
        if (now == null) {
            return "before it began";
        }
        return now == job ? "while trying to " + step : "behind \"" + now.what + "\", which is trying to " + step;
    }

    /** Runs {@code body} every {@code period} from now on, unless there is something else to do; late beats are skipped. */
    void schedule(Duration every, Callable<?> body) {
        lock.lock();
        try {
            period = every.toNanos();
            nextBeat = ticker.nanoTime() + period;
            beat = body;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** What the running job does now, in the infinitive; for messages. */
    void step(String doing) {
        step = doing;
    }

    String step() {
        return step;
    }

    int unfinished() {
        lock.lock();
        try {
            return queue.size() + (running == null ? 0 : 1);
        } finally {
            lock.unlock();
        }
    }

    /** The job at work, with its thread's stack; null if there is none. */
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
        return UnfinishedWork.of(what + ": " + step, age, thread);
    }

    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs {@code body} on a thread of its own, past a worker that may be stuck, and waits for it no longer than
     * {@code patience}. An interrupt does not end the wait and is not lost.
     */
    void runAside(Runnable body, Duration patience) throws LateException {
        CheckpointTask<Boolean> job = new CheckpointTask<>("note", () -> true, false, ticker.nanoTime());
        Runnable whole = () -> {
            body.run();
            finish(job, true, null);
        };
        NamedThreads.uninterruptible(name + "-aside", whole).start();
        try {
            await(job, Deadline.after(ticker, patience));
        } catch (LateException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("this job does not throw", e);
        }
    }

    private void run() {
        boolean more = true;
        while (more) {
            more = runNext();
        }
    }

    /** In a frame of its own, so that a thread that waits holds no state that was saved long ago. */
    private boolean runNext() {
        Runnable next = next();
        if (next == null) {
            return false;
        }
        next.run();
        return true;
    }

    /** Waits for the next thing to do; null when there will be none. */
    private @Nullable Runnable next() {
        lock.lock();
        try {
            while (true) {
                CheckpointTask<?> job = queue.poll();
                if (job != null) {
                    return begin(job);
                }
                if (stopping) {
                    return null;
                }
                Callable<?> due = beat;
                long wait = nextBeat - ticker.nanoTime();
                if (due == null) {
                    work.awaitUninterruptibly();
                } else if (wait > 0) {
                    ticker.await(lock, work, wait);
                } else {
                    // Valid periods only: a beat that comes late, or that was slow, takes the place of those it missed.
                    nextBeat += period * (1 + -wait / period);
                    return begin(new CheckpointTask<>("periodic save", due, false, ticker.nanoTime()));
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody can interrupt this thread", e);
        } finally {
            lock.unlock();
        }
    }

    private <R> Runnable begin(CheckpointTask<R> job) {
        running = job;
        Callable<? extends R> body = job.body;
        return () -> {
            R result = null;
            Throwable failure = null;
            try {
                result = body.call();
            } catch (Throwable e) {
                failure = e;
            }
            finish(job, result, failure);
        };
    }

    private <R> void finish(CheckpointTask<R> job, @Nullable R result, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (running == job) {
                running = null;
            }
            job.result = result;
            job.failure = failure;
            job.finished = true;
            done.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
