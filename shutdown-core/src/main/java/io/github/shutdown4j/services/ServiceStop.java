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
import io.github.shutdown4j.internal.Interrupter;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.CheckedRunnable;

/**
 * One walk that stops the services of a group, those that come after others before these, on the thread that asks.
 *
 * <p>A service has its turn once all that come after it are over or given up. It gets what is left of the time, divided by
 * the length of the longest chain of unfinished services it comes after, itself included: so all have their turn, and
 * time that one leaves over goes to the next. Near the end of its share it is interrupted; at the end it is given up.
 */
final class ServiceStop {

    /** Between the interrupt and giving up: a fifth of the share, but no more than this. */
    private static final Duration LONGEST_MERCY = Duration.ofSeconds(1);

    private final List<ManagedService> entries;
    private final ServiceGroupState board;
    private final Consumer<StepResult> onStep;
    private final Deadline deadline;
    private final long begunAt;
    /** In the order of the turns. Only this thread knows it. */
    private final Map<ManagedService, Turn> turns = new LinkedHashMap<>();

    private final Map<ManagedService, StepResult> results = new HashMap<>();
    private int exitsLookedAt;

    ServiceStop(List<ManagedService> entries, ServiceGroupState board, Duration timeout, Consumer<StepResult> onStep) {
        this.entries = entries;
        this.board = board;
        this.onStep = onStep;
        this.deadline = Deadline.after(board.ticker, timeout);
        this.begunAt = board.ticker.nanoTime();
    }

    record Turn(Deadline interruptAt, Deadline giveUpAt) {}

    List<StepResult> walk() throws InterruptedException {
        try {
            while (results.size() < entries.size()) {
                for (Runnable each : look()) {
                    each.run();
                }
            }
        } catch (InterruptedException e) {
            tellTheRest();
            throw e;
        }
        List<StepResult> inTurn = new ArrayList<>(results.size());
        for (ManagedService entry : turns.keySet()) {
            inTurn.add(Objects.requireNonNull(results.get(entry)));
        }
        return List.copyOf(inTurn);
    }

    /** Finds what there is to do without the lock; waits for a change if there is nothing. */
    private List<Runnable> look() throws InterruptedException {
        List<Runnable> work = new ArrayList<>();
        long untilNext = Long.MAX_VALUE;
        board.lock.lockInterruptibly();
        try {
            if (exitsLookedAt != board.exits()) {
                exitsLookedAt = board.exits();
                work.add(this::findWhoExits);
                return work;
            }
            Map<ManagedService, Integer> chains = chains();
            for (int i = entries.size() - 1; i >= 0; i--) {
                ManagedService entry = entries.get(i);
                if (!results.containsKey(entry) && results.keySet().containsAll(entry.dependants)) {
                    Turn turn = turns.get(entry);
                    if (turn == null) {
                        turn = begin(entry, chains.getOrDefault(entry, 1), work);
                        turns.put(entry, turn);
                    }
                    untilNext = Math.min(untilNext, advance(entry, turn, work));
                }
            }
            if (work.isEmpty()) {
                board.ticker.await(board.lock, board.changed, untilNext);
            }
            return work;
        } finally {
            board.lock.unlock();
        }
    }

    /** For each service how many unfinished ones there are in the longest chain from it to what it comes after. */
    private Map<ManagedService, Integer> chains() {
        Map<ManagedService, Integer> chains = new HashMap<>();
        for (ManagedService entry : entries) { // what it comes after has been before it
            int longest = 0;
            for (ManagedService dependency : entry.dependencies) {
                longest = Math.max(longest, chains.getOrDefault(dependency, 0));
            }
            chains.put(entry, longest + (entry.isOver() ? 0 : 1));
        }
        return chains;
    }

    private Turn begin(ManagedService entry, int chain, List<Runnable> work) {
        Duration share = Durations.part(deadline.remaining(), Math.max(1, chain));
        Duration mercy = Durations.least(Durations.part(share, 5), LONGEST_MERCY);
        Deadline giveUpAt = Deadline.after(board.ticker, share);
        tell(entry, work);
        return new Turn(giveUpAt.minus(mercy), giveUpAt);
    }

    private void tell(ManagedService entry, List<Runnable> work) {
        List<CheckedRunnable> callbacks = entry.tell();
        if (!callbacks.isEmpty()) {
            work.add(() -> StopCallbacks.start(callbacks, entry, board));
        }
    }

    /** Returns the nanoseconds until the service is to be looked at again, unless something happens before. */
    private long advance(ManagedService entry, Turn turn, List<Runnable> work) {
        if (entry.isOver()) {
            StepResult result = entry.result(begunAt, List.of());
            work.add(() -> finish(entry, result));
            return Long.MAX_VALUE;
        }
        if (entry.isExiting()) {
            work.add(() -> giveUp(entry));
            return Long.MAX_VALUE;
        }
        if (!entry.isInterrupted()) {
            if (!turn.interruptAt().isExpired()) {
                return turn.interruptAt().remainingNanos();
            }
            List<Thread> threads = entry.interrupt();
            work.add(() -> Interrupter.interrupt(threads, ServiceGroup.LOG));
            return Long.MAX_VALUE;
        }
        if (turn.giveUpAt().isExpired()) {
            work.add(() -> giveUp(entry));
            return Long.MAX_VALUE;
        }
        return turn.giveUpAt().remainingNanos();
    }

    /** Who has called System.exit waits in there for the end of this walk: it is not waited for in turn. */
    private void findWhoExits() {
        for (ManagedService entry : entries) {
            Thread thread = board.locked(entry::thread);
            StackTraceElement[] stack = thread == null ? new StackTraceElement[0] : thread.getStackTrace();
            if (ExitDetector.isInside(stack)) {
                IllegalStateException where = new IllegalStateException("called System.exit");
                where.setStackTrace(stack);
                board.locked(() -> {
                    entry.exits(where);
                    return null;
                });
            }
        }
    }

    private void giveUp(ManagedService entry) {
        List<ManagedService.AtWork> atWork = board.locked(entry::atWork);
        List<UnfinishedWork> leftBehind =
                atWork.stream().map(ManagedService.AtWork::look).toList();
        StepResult result = board.locked(() -> entry.result(begunAt, entry.isOver() ? List.of() : leftBehind));
        finish(entry, result);
    }

    private void finish(ManagedService entry, StepResult result) {
        results.put(entry, result);
        try {
            onStep.accept(result);
        } catch (Throwable t) {
            ServiceGroup.LOG.warn("who was told of the step of '{}' failed", entry.name, t);
        }
    }

    /** The walk ends early: nobody is left running unaware. */
    private void tellTheRest() {
        List<Runnable> work = new ArrayList<>();
        board.lock.lock();
        try {
            entries.forEach(entry -> tell(entry, work));
        } finally {
            board.lock.unlock();
        }
        work.forEach(Runnable::run);
    }
}
