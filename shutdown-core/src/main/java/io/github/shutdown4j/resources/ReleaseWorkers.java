package io.github.shutdown4j.resources;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.ExitDetector;
import io.github.shutdown4j.internal.Interrupter;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Releases one group of resources after the other, the members of a group at the same time.
 *
 * <p>Workers take resources from the {@link ReleaseScheduler}. The calling thread supervises them: it interrupts and abandons
 * tasks, starts more workers while all are blocked, and reports the results.
 */
final class ReleaseWorkers {

    static final ComponentLogger LOG = new ComponentLogger(ResourceManager.class, "resources");

    /** A stack trace costs a fraction of a millisecond, and a thousand tasks may be due while later groups wait. */
    private static final int STACKS_PER_GROUP = 32;

    /** The time to wait for a thread before the calling one is used; at most half of the time of the group. */
    private static final long WITHOUT_THREADS_NANOS = 1_000_000_000L;

    private static final String THREAD_NAME = "release";

    private final Ticker ticker;
    private final ReleaseScheduler scheduler;
    private final Runnable worker = new Worker();
    // Used by the supervisor only.
    private int remainingStacks;
    private boolean lacksThreads;
    private long lackingSince;
    private long patience;

    ReleaseWorkers(Ticker ticker) {
        this.ticker = ticker;
        this.scheduler = new ReleaseScheduler(ticker);
    }

    static boolean isWorker(Thread thread) {
        return NamedThreads.isNamed(thread, THREAD_NAME);
    }

    ReleaseScheduler scheduler() {
        return scheduler;
    }

    /** Starts a group that must end within {@code nanos}. The previous group must have ended. */
    void begin(List<ReleaseTask> group, long nanos) {
        remainingStacks = 2 * STACKS_PER_GROUP; // one at the interrupt, one when the task is abandoned
        patience = Math.min(WITHOUT_THREADS_NANOS, nanos / 2);
        startWorkers(scheduler.begin(group, nanos));
    }

    /**
     * Returns when each task of the group has a result that was passed to {@code onStep}. If it throws, the tasks continue
     * without supervision; the caller must call {@link ReleaseScheduler#dismissWorkers()} and may call this again.
     */
    void supervise(Consumer<StepResult> onStep) throws InterruptedException {
        for (PendingActions pending = scheduler.awaitActions(); pending != null; pending = scheduler.awaitActions()) {
            for (StepResult step : pending.ended()) {
                notifyCaller(onStep, step);
            }
            interruptOrAbandon(pending.due(), pending.now());
            for (ReleaseTask task : pending.possibleExiters()) {
                abandonIfExiting(task);
            }
            startWorkers(pending.wanted());
            if (lacksThreads && ticker.nanoTime() - lackingSince >= patience) {
                releaseHere();
            }
        }
    }

    /** Returns the name of the resource that {@code thread} is releasing; null if none. */
    @Nullable
    String releasedBy(Thread thread) {
        for (ReleaseTask task : scheduler.unfinishedTasks()) {
            if (thread.equals(task.thread())) {
                return task.name();
            }
        }
        return null;
    }

    List<UnfinishedWork> unfinished(int limit) {
        List<ReleaseTask> oldest = scheduler.unfinishedTasks();
        long now = ticker.nanoTime();
        List<UnfinishedWork> snapshots = new ArrayList<>();
        for (ReleaseTask task : oldest.subList(0, Math.min(limit, oldest.size()))) {
            snapshots.addAll(task.snapshots(now, true));
        }
        return snapshots.size() > limit ? snapshots.subList(0, limit) : snapshots;
    }

    private static void notifyCaller(Consumer<StepResult> onStep, StepResult step) {
        try {
            onStep.accept(step);
        } catch (RuntimeException | Error failure) {
            LOG.warn("the listener failed on the result of '{}'", step.name(), failure);
        }
    }

    private void startWorkers(int count) {
        for (int i = 0; i < count && scheduler.admitWorker(); i++) {
            try {
                NamedThreads.daemon(THREAD_NAME, worker).start();
                lacksThreads = false;
            } catch (Throwable failure) { // out of memory or threads: use the existing workers, try again soon
                boolean lacking = scheduler.noWorker(failure);
                if (lacking && !lacksThreads) {
                    lackingSince = ticker.nanoTime();
                    LOG.warn("cannot create a thread, releasing on the calling one unless there is one soon", failure);
                }
                lacksThreads = lacking;
                return;
            }
        }
    }

    /**
     * Releases the next resource on this thread, without a limit, because this thread enforces the limits: better than to
     * release nothing. One at a time, because then there may be a thread again, such as one that this release has ended.
     */
    private void releaseHere() {
        Thread thread = Thread.currentThread();
        ReleaseTask task = scheduler.takeNow(thread);
        if (task == null) {
            return;
        }
        ClassLoader callers = thread.getContextClassLoader();
        thread.setContextClassLoader(ReleaseWorkers.class.getClassLoader());
        try {
            ReleaseTask.CallResult result = task.run();
            if (result.failure() instanceof InterruptedException) {
                thread.interrupt(); // the caller was interrupted, not the task
            }
            var unused = finishOrPause(task, result);
        } finally {
            thread.setContextClassLoader(callers);
        }
        startWorkers(1);
    }

    /** Records the end of a task, however long it takes until there is enough memory for that. */
    private boolean finishOrPause(ReleaseTask task, ReleaseTask.CallResult result) {
        while (true) {
            try {
                return scheduler.finish(task, result);
            } catch (RuntimeException | Error tooLittleMemory) {
                Ticker.pause();
            }
        }
    }

    /** Interrupts tasks at their limit and abandons those whose grace after the interrupt is over. */
    private void interruptOrAbandon(List<ReleaseTask> due, long now) {
        if (due.isEmpty()) {
            return;
        }
        List<List<UnfinishedWork>> stackAtTimeout = new ArrayList<>(due.size());
        for (ReleaseTask task : due) {
            stackAtTimeout.add(task.snapshots(now, remainingStacks > 0));
            remainingStacks--;
        }
        Interrupter.interrupt(scheduler.timeIsUp(due, stackAtTimeout), LOG);
    }

    private void abandonIfExiting(ReleaseTask task) {
        Thread thread = task.thread();
        if (thread == null) {
            return;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        if (ExitDetector.isInside(stack)) {
            scheduler.calledExit(task, stack);
        }
    }

    /** Stateless, shared by all threads. */
    final class Worker implements Runnable {
        @Override
        public void run() {
            Thread thread = Thread.currentThread();
            String ownName = thread.getName();
            ClassLoader ownLoader = thread.getContextClassLoader();
            ReleaseTask task = takeOrPause(thread);
            while (task != null) {
                rename(thread, ownName, task);
                thread.setContextClassLoader(ownLoader);
                var unused = Thread.interrupted();
                if (!finishOrPause(task, task.run())) {
                    logIfLate(task);
                    return;
                }
                task = takeOrPause(thread);
            }
        }

        /** A worker that ended for lack of memory would be counted as a free one. */
        private @Nullable ReleaseTask takeOrPause(Thread thread) {
            while (true) {
                try {
                    return scheduler.take(thread);
                } catch (RuntimeException | Error tooLittleMemory) {
                    Ticker.pause();
                }
            }
        }

        private void rename(Thread thread, String ownName, ReleaseTask task) {
            try {
                thread.setName(ownName.concat("-").concat(task.name()));
            } catch (VirtualMachineError tooLittleMemory) {
                // It keeps its former name.
            }
        }

        private void logIfLate(ReleaseTask task) {
            if (task.isAbandoned()) {
                String late = Durations.text(ticker.since(task.abandonedAt()));
                LOG.info("'{}' has ended after all, {} after it was abandoned", task.name(), late);
            }
        }
    }
}
