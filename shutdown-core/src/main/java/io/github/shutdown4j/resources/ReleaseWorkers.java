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
 * <p>Workers pull resources from the {@link ReleaseScheduler}, the caller's thread supervises them: it interrupts, leaves
 * behind, adds workers while all are stuck, and tells the results. So the timer of a resource runs before it is called.
 */
final class ReleaseWorkers {

    private static final ComponentLogger LOG = new ComponentLogger(ResourceManager.class, "resources");

    /** Taking a stack costs a fraction of a millisecond, and a thousand may be due while later groups wait. */
    private static final int STACKS_PER_GROUP = 32;

    private final Ticker ticker;
    private final ReleaseScheduler board;
    private final Runnable worker = new Worker();
    /** For the supervisor alone. */
    private int stacksLeft;

    ReleaseWorkers(Ticker ticker) {
        this.ticker = ticker;
        this.board = new ReleaseScheduler(ticker);
    }

    ReleaseScheduler board() {
        return board;
    }

    /** Hands over a group that must be over in {@code nanos}; the one before it must be. */
    void begin(List<ReleaseTask> group, long nanos) {
        stacksLeft = 2 * STACKS_PER_GROUP; // one at the interrupt, one when it did not help
        hire(board.begin(group, nanos));
    }

    /**
     * Returns when each job of the group has its result, which has been given to {@code onStep}. When it throws, the jobs
     * go on without supervision; {@link ReleaseScheduler#rest()} and a later call are expected.
     */
    void supervise(Consumer<StepResult> onStep) throws InterruptedException {
        for (ReleaseScheduler.Look look = board.look(); look != null; look = board.look()) {
            for (StepResult step : look.ended()) {
                tell(onStep, step);
            }
            interruptOrLeave(look.due(), look.now());
            for (ReleaseTask job : look.suspects()) {
                leaveIfExiting(job);
            }
            hire(look.wanted());
        }
    }

    /** The name of the resource that {@code thread} is releasing; null if none. */
    @Nullable
    String releasedBy(Thread thread) {
        for (ReleaseTask job : board.atWork()) {
            if (thread.equals(job.thread())) {
                return job.name();
            }
        }
        return null;
    }

    List<UnfinishedWork> unfinished(int limit) {
        List<ReleaseTask> oldest = board.atWork();
        long now = ticker.nanoTime();
        List<UnfinishedWork> snapshots = new ArrayList<>();
        for (ReleaseTask job : oldest.subList(0, Math.min(limit, oldest.size()))) {
            snapshots.add(job.snapshot(now, true));
        }
        return snapshots;
    }

    private static void tell(Consumer<StepResult> onStep, StepResult step) {
        try {
            onStep.accept(step);
        } catch (RuntimeException | Error failure) {
            LOG.warn("the listener failed on the result of '{}'", step.name(), failure);
        }
    }

    private void hire(int count) {
        for (int i = 0; i < count && board.admitWorker(); i++) {
            try {
                NamedThreads.daemon("release", worker).start();
            } catch (Throwable failure) { // out of memory or of threads: make do with those there are, try again soon
                board.noWorker(failure);
                return;
            }
        }
    }

    /** Interrupts those that are due for the first time; leaves those behind whose mercy is over. */
    private void interruptOrLeave(List<ReleaseTask> due, long now) {
        if (due.isEmpty()) {
            return;
        }
        List<UnfinishedWork> stood = new ArrayList<>(due.size());
        for (ReleaseTask job : due) {
            stood.add(job.snapshot(now, stacksLeft > 0));
            stacksLeft--;
        }
        Interrupter.interrupt(board.timeIsUp(due, stood), LOG);
    }

    private void leaveIfExiting(ReleaseTask job) {
        Thread thread = job.thread();
        if (thread == null) {
            return;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        if (ExitDetector.isInside(stack)) {
            board.calledExit(job, stack);
        }
    }

    /** One for all threads: it has no state. */
    final class Worker implements Runnable {
        @Override
        public void run() {
            Thread thread = Thread.currentThread();
            String ownName = thread.getName();
            ClassLoader ownLoader = thread.getContextClassLoader();
            ReleaseTask job = board.take(thread);
            while (job != null) {
                thread.setName(ownName.concat("-").concat(job.name()));
                thread.setContextClassLoader(ownLoader);
                var unused = Thread.interrupted();
                boolean mayGoOn = board.mayGoOn(job, job.run());
                if (!mayGoOn) {
                    tellIfLate(job);
                    return;
                }
                job = board.take(thread);
            }
        }

        private void tellIfLate(ReleaseTask job) {
            if (job.isLeftBehind()) {
                String late = Durations.text(ticker.since(job.leftBehindAt()));
                LOG.info("'{}' has ended after all, {} after it was left behind", job.name(), late);
            }
        }
    }
}
