package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.ExitDetector;
import io.github.shutdown4j.internal.ExitPollSchedule;
import io.github.shutdown4j.internal.Interrupter;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * Stops the services of a group, dependants first, on the calling thread.
 *
 * <p>The stop of a service starts when all services that come after it have ended or were abandoned. It gets the remaining
 * time divided by the length of the longest chain of unfinished services that it comes after, itself included. Time that a
 * service does not use goes to the next ones. Near the end of its share it is interrupted; at the end it is abandoned.
 */
final class ServiceStop {

    /** The maximum time between the interrupt and the abandoning; otherwise a fifth of the share. */
    private static final Duration MAX_INTERRUPT_GRACE = Duration.ofSeconds(1);

    private final List<ManagedService> services;
    private final ServiceGroupState groupState;
    private final Consumer<StepResult> onStep;
    private final Deadline deadline;
    private final long begunAt;
    /** In the order of the windows. Used by this thread only. */
    private final Map<ManagedService, StopWindow> windows = new LinkedHashMap<>();

    private final Map<ManagedService, StepResult> results = new HashMap<>();
    private final ExitPollSchedule exitPolls = new ExitPollSchedule();
    private int exitsSeen;

    ServiceStop(
            List<ManagedService> services,
            ServiceGroupState groupState,
            Duration timeout,
            Consumer<StepResult> onStep) {
        this.services = services;
        this.groupState = groupState;
        this.onStep = onStep;
        this.deadline = Deadline.after(groupState.ticker, timeout);
        this.begunAt = groupState.ticker.nanoTime();
    }

    record StopWindow(Deadline interruptAt, Deadline abandonAt) {}

    List<StepResult> run() throws InterruptedException {
        try {
            while (results.size() < services.size()) {
                for (Runnable each : awaitActions()) {
                    each.run();
                }
            }
        } catch (InterruptedException e) {
            requestAllStops();
            throw e;
        }
        List<StepResult> inTurn = new ArrayList<>(results.size());
        for (ManagedService managed : windows.keySet()) {
            inTurn.add(Objects.requireNonNull(results.get(managed)));
        }
        return List.copyOf(inTurn);
    }

    /** Returns the actions to run without the lock; waits for a change if there are none. */
    private List<Runnable> awaitActions() throws InterruptedException {
        List<Runnable> work = new ArrayList<>();
        long untilNext = Long.MAX_VALUE;
        groupState.lock.lockInterruptibly();
        try {
            long now = groupState.ticker.nanoTime();
            if (exitsSeen != groupState.exits()) {
                exitsSeen = groupState.exits();
                exitPolls.jvmExiting(now);
            }
            if (exitPolls.isDue(now)) {
                work.add(this::findExitingServices);
                return work;
            }
            Map<ManagedService, Integer> chains = chains();
            for (int i = services.size() - 1; i >= 0; i--) {
                ManagedService managed = services.get(i);
                if (!results.containsKey(managed) && results.keySet().containsAll(managed.dependants)) {
                    StopWindow window = windows.get(managed);
                    if (window == null) {
                        window = begin(managed, chains.getOrDefault(managed, 1), work);
                        windows.put(managed, window);
                    }
                    untilNext = Math.min(untilNext, advance(managed, window, work));
                }
            }
            untilNext = Math.min(untilNext, exitPolls.nanosUntilDue(now));
            if (work.isEmpty()) {
                groupState.ticker.awaitOrPause(groupState.lock, groupState.changed, untilNext);
            }
            return work;
        } finally {
            groupState.lock.unlock();
        }
    }

    /** Returns for each service the length of the longest chain of unfinished services that it comes after, itself included. */
    private Map<ManagedService, Integer> chains() {
        Map<ManagedService, Integer> chains = new HashMap<>();
        for (ManagedService managed : services) { // in start order
            int longest = 0;
            for (ManagedService dependency : managed.dependencies) {
                longest = Math.max(longest, chains.getOrDefault(dependency, 0));
            }
            chains.put(managed, longest + (managed.isOver() ? 0 : 1));
        }
        return chains;
    }

    private StopWindow begin(ManagedService managed, int chain, List<Runnable> work) {
        Duration share = Durations.part(deadline.remaining(), Math.max(1, chain));
        Duration interruptGrace = Durations.least(Durations.part(share, 5), MAX_INTERRUPT_GRACE);
        Deadline abandonAt = Deadline.after(groupState.ticker, share);
        requestStop(managed, work);
        exitPolls.restart(groupState.ticker.nanoTime());
        return new StopWindow(abandonAt.minus(interruptGrace), abandonAt);
    }

    private void requestStop(ManagedService managed, List<Runnable> work) {
        List<CheckedRunnable> callbacks = managed.requestStop();
        if (!callbacks.isEmpty()) {
            work.add(() -> StopCallbacks.start(callbacks, managed, groupState));
        }
    }

    /** Returns the nanoseconds until the next check of the service, unless something changes before. */
    private long advance(ManagedService managed, StopWindow window, List<Runnable> work) {
        if (managed.isOver()) {
            StepResult result = managed.result(begunAt, List.of());
            work.add(new Finish(managed, result));
            return Long.MAX_VALUE;
        }
        if (managed.isExiting()) {
            work.add(() -> abandon(managed));
            return Long.MAX_VALUE;
        }
        if (!managed.isInterrupted()) {
            if (!window.interruptAt().isExpired()) {
                return window.interruptAt().remainingNanos();
            }
            List<Thread> threads = managed.interrupt();
            work.add(() -> Interrupter.interrupt(threads, ServiceGroup.LOG));
            return Long.MAX_VALUE;
        }
        if (window.abandonAt().isExpired()) {
            work.add(() -> abandon(managed));
            return Long.MAX_VALUE;
        }
        return window.abandonAt().remainingNanos();
    }

    /** A thread that has called System.exit waits for the end of this stop, so the stop does not wait for it. */
    private void findExitingServices() {
        for (ManagedService managed : services) {
            if (!results.containsKey(managed)) {
                groupState.locked(managed::runningThreads).forEach(running -> abandonIfExiting(managed, running));
            }
        }
    }

    private void abandonIfExiting(ManagedService managed, ManagedService.RunningThread running) {
        StackTraceElement[] stack = running.thread().getStackTrace();
        if (!ExitDetector.isInside(stack)) {
            return;
        }
        IllegalStateException where = new IllegalStateException("called System.exit");
        where.setStackTrace(stack);
        groupState.locked(() -> {
            if (!managed.isExiting()) {
                managed.exits(where);
            }
            return null;
        });
    }

    private void abandon(ManagedService managed) {
        List<ManagedService.RunningThread> runningThreads = groupState.locked(managed::runningThreads);
        List<UnfinishedWork> abandoned = runningThreads.stream()
                .flatMap(work -> work.snapshots().stream())
                .toList();
        StepResult result = groupState.locked(() -> managed.result(begunAt, managed.isOver() ? List.of() : abandoned));
        finish(managed, result);
    }

    /** Not a lambda, which takes a JVM longer, because every stop passes here. */
    private final class Finish implements Runnable {

        private final ManagedService managed;
        private final StepResult result;

        Finish(ManagedService managed, StepResult result) {
            this.managed = managed;
            this.result = result;
        }

        @Override
        public void run() {
            finish(managed, result);
        }
    }

    private void finish(ManagedService managed, StepResult result) {
        results.put(managed, result);
        try {
            onStep.accept(result);
        } catch (Throwable t) {
            ServiceGroup.LOG.warn("the listener failed on the result of '{}'", managed.name, t);
        }
    }

    /** Requests all services to stop, without regard to their order. Does not wait for them. */
    void requestAllStops() {
        List<Runnable> work = new ArrayList<>();
        groupState.lock.lock();
        try {
            services.forEach(managed -> requestStop(managed, work));
        } finally {
            groupState.lock.unlock();
        }
        work.forEach(Runnable::run);
    }
}
