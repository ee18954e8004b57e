package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Counts work in flight, refuses new work once it is closed, and waits for the remaining work to finish.
 *
 * <p>Acquire a guard for each request, connection, message or job, and close it when that work is done:
 *
 * <pre>{@code
 * try (ConnectionGuard guard = tracker.acquire()) {
 *     handle(request);
 * }
 * }</pre>
 *
 * <p>{@link #run}, {@link #call}, {@link #track} and {@link #wrap} acquire and close the guard for you.
 *
 * <p><b>Guarantee.</b> A guard is either handed out and waited for, or refused. After {@link #close()} has returned, no
 * guard is handed out; after a drain has seen a count of zero, no guard is open. A guard that is handed out while
 * {@code close} is in progress is counted.
 *
 * <p><b>Limitations.</b> The tracker does not interrupt or cancel work, and {@code close} does not wait; use
 * {@link #drain}. Long-lived work can register for a {@linkplain ConnectionGuard#onDrain notification}. The number of
 * guards is not limited. A closed tracker cannot be reopened.
 *
 * <p><b>Cost.</b> {@code acquire} and {@code close} take one uncontended atomic operation each, and the guard needs no
 * memory as long as it does not escape the method. An idle tracker uses no threads.
 *
 * <p>All methods are safe to call from any thread, including virtual threads. Only {@link #drain} blocks.
 */
public final class ConnectionTracker implements UnfinishedWork.Source {

    private final String name;
    /** Null if details are off. */
    private final @Nullable GuardRecorder recorder;

    private final StripedCounter counter;
    /** The cells of the counter, cached to save one indirection per acquire. */
    private final CounterCell[] cells;

    private final Drain drain;
    private final AtomicLong refused = new AtomicLong();
    private final @Nullable Duration drainTimeout;
    private final @Nullable FrameworkDrain frameworkDrain;
    private volatile boolean shutdownAnnounced;

    ConnectionTracker(ConnectionTrackerBuilder builder) {
        name = builder.name;
        recorder = builder.details.isOff() ? null : new GuardRecorder(name, builder.details, builder.ticker);
        drain = new Drain(name, builder.ticker, builder.callbacks());
        counter = new StripedCounter(builder.stripes, builder.generation, recorder != null, drain);
        cells = counter.cells();
        drainTimeout = builder.drainTimeout;
        frameworkDrain = builder.frameworkDrain;
    }

    /**
     * Creates an open tracker that records no details.
     *
     * @param name the kind of work, such as "http"; used in logs and reports; not blank
     */
    public static ConnectionTracker create(String name) {
        return builder(name).build();
    }

    /**
     * Creates a tracker that represents the graceful shutdown of a framework. When the drain begins, {@code shutdown}
     * is called once, on a thread of its own, where it may block. The drain ends when the returned stage completes. If
     * {@code shutdown} throws, returns null or its stage fails, the drain fails with that cause. The framework counts
     * as one unit of work from {@link #close} on and is never cancelled.
     *
     * <p>This waits for what the framework waits for, at the same time as other trackers. Some servers cut answers that
     * they have not yet written; count their requests by guards, and shut them down as resources.
     *
     * @param name the drained framework; used in logs and reports; not blank
     */
    public static ConnectionTracker draining(String name, Supplier<? extends CompletionStage<?>> shutdown) {
        return builder(name).draining(shutdown).build();
    }

    /**
     * Creates a builder for a tracker with other than the default settings.
     *
     * @param name the kind of work, such as "http"; used in logs and reports; not blank
     */
    public static ConnectionTrackerBuilder builder(String name) {
        return new ConnectionTrackerBuilder(Checks.notBlank("name", name));
    }

    /** Returns the name of the tracker. */
    public String name() {
        return name;
    }

    /**
     * Acquires a guard.
     *
     * @throws ShuttingDownException if the tracker is closed
     */
    public ConnectionGuard acquire() {
        return acquireGuard(null);
    }

    /**
     * Acquires a guard with a label.
     *
     * @param label a description for reports of unfinished work, such as "GET /orders"; not blank; recorded only if
     *     {@linkplain ConnectionTrackerBuilder#details details} are on, and only until the guard is closed
     * @throws ShuttingDownException if the tracker is closed
     */
    public ConnectionGuard acquire(String label) {
        return acquireGuard(Checks.notBlank("label", label));
    }

    /** Acquires a guard; empty if the tracker is closed. */
    public Optional<ConnectionGuard> tryAcquire() {
        return tryAcquireGuard(null);
    }

    /** Acquires a guard with a label, as {@link #acquire(String)}; empty if the tracker is closed. */
    public Optional<ConnectionGuard> tryAcquire(String label) {
        return tryAcquireGuard(Checks.notBlank("label", label));
    }

    // The next two methods each create the guard at a single site and never use null in its place, so that the JIT
    // compiler can eliminate the allocation. The fast path has a single branch; everything else is behind it.

    private ConnectionGuard acquireGuard(@Nullable String label) {
        CounterCell cell = StripedCounter.cellOfCurrentThread(cells);
        GuardSlot slot = cell;
        long previous = cell.increment();
        long stamp = previous + 1;
        if (!CounterCell.hasSlot(previous) && !acquireSlotAsRepeatHolder(cell, previous, label)) {
            slot = acquireSlowPath(cell, previous, label);
            if (slot == null) {
                throw new ShuttingDownException("tracker '" + name + "' is closed and takes no more work");
            }
            stamp = slot.stamp();
        }
        return new ConnectionGuard(slot, stamp);
    }

    private Optional<ConnectionGuard> tryAcquireGuard(@Nullable String label) {
        CounterCell cell = StripedCounter.cellOfCurrentThread(cells);
        GuardSlot slot = cell;
        long previous = cell.increment();
        long stamp = previous + 1;
        if (!CounterCell.hasSlot(previous) && !acquireSlotAsRepeatHolder(cell, previous, label)) {
            slot = acquireSlowPath(cell, previous, label);
            if (slot == null) {
                return Optional.empty();
            }
            stamp = slot.stamp();
        }
        return Optional.of(new ConnectionGuard(slot, stamp));
    }

    private boolean acquireSlotAsRepeatHolder(CounterCell cell, long previous, @Nullable String label) {
        return recorder != null && recorder.acquireSlotAsRepeatHolder(cell, previous, label);
    }

    private @Nullable GuardSlot acquireSlowPath(CounterCell cell, long previous, @Nullable String label) {
        GuardSlot slot = null;
        if (!CounterCell.isRefused(previous)) {
            GuardInfo info = recorder == null ? null : recorder.capture(cell, label);
            slot = counter.allocateSlot(cell, previous, info);
        }
        if (slot == null) {
            refused.incrementAndGet();
        }
        return slot;
    }

    /**
     * Runs {@code work} while holding a guard. A result of asynchronous work is dropped, and not waited for: use {@link
     * #track} for that.
     *
     * @throws ShuttingDownException if the tracker is closed; {@code work} is not run
     * @throws E if {@code work} throws it
     */
    public <E extends Exception> void run(ThrowingRunnable<E> work) throws E {
        Checks.notNull("work", work);
        ConnectionGuard guard = acquire();
        try {
            work.run();
        } finally {
            guard.close();
        }
    }

    /**
     * Runs {@code work} while holding a guard, and returns its result. If that is a {@link CompletionStage}, the guard is
     * held until the stage completes, as {@link #track} does.
     *
     * @throws ShuttingDownException if the tracker is closed; {@code work} is not run
     * @throws E if {@code work} throws it
     */
    public <T extends @Nullable Object, E extends Exception> T call(ThrowingSupplier<T, E> work) throws E {
        return GuardedStage.call(this, Checks.notNull("work", work));
    }

    /**
     * Holds a guard until the stage returned by {@code work} completes, normally or exceptionally. If {@code work}
     * throws or returns null, the guard is closed immediately.
     *
     * @return the stage returned by {@code work}; dependents of that stage may run before the guard is closed
     * @throws ShuttingDownException if the tracker is closed; {@code work} is not called
     */
    public <S extends CompletionStage<?>> S track(Supplier<S> work) {
        return GuardedStage.track(this, Checks.notNull("work", work));
    }

    /**
     * Returns an executor that holds a guard for each task until the task has run. A task that {@code target} drops
     * stays counted. Once the tracker is closed, the executor throws
     * {@link java.util.concurrent.RejectedExecutionException}, except for tasks submitted by one of its own running
     * tasks: they belong to work in flight and share its guard.
     */
    public Executor wrap(Executor target) {
        return new TrackingExecutor(this, Checks.notNull("target", target));
    }

    /**
     * Returns the number of open guards. Exact once the tracker is closed; a snapshot under concurrent use before that.
     */
    public long inFlight() {
        return counter.inFlight();
    }

    /** Returns the number of guards handed out since the tracker was created. Exact once the tracker is closed. */
    public long admitted() {
        return counter.admitted();
    }

    /** Returns the number of refused acquires. */
    public long refused() {
        return refused.get();
    }

    /**
     * Closes the tracker: no guard is handed out from now on. Open guards stay open. This neither runs callbacks nor
     * waits.
     *
     * @return true for the first call only
     */
    public boolean close() {
        if (frameworkDrain != null) {
            frameworkDrain.begin(this);
        }
        return counter.close();
    }

    /** Returns whether the tracker is closed, so that no further guard can be handed out. */
    public boolean isClosed() {
        return counter.isClosed();
    }

    /**
     * Announces the shutdown: {@link #isShutdownAnnounced} returns true from now on, while guards are still handed out. The
     * coordinator calls this as soon as a shutdown is requested.
     */
    public void announceShutdown() {
        shutdownAnnounced = true;
    }

    /**
     * Returns whether the shutdown has been announced or the tracker is closed. A server then asks its clients to
     * disconnect, with {@code Connection: close} or the equivalent of its protocol.
     */
    public boolean isShutdownAnnounced() {
        return shutdownAnnounced || isClosed();
    }

    /** Returns the time limit for the drain of this tracker alone, if one is set. */
    public Optional<Duration> drainTimeout() {
        return Optional.ofNullable(drainTimeout);
    }

    /**
     * Closes the tracker, runs the {@linkplain ConnectionGuard#onDrain onDrain callbacks}, and waits until every guard
     * is closed or the timeout has elapsed. Without open guards it returns immediately.
     *
     * <p>A tracker has one drain: once it has an outcome, every call returns that outcome. Of several concurrent calls,
     * the first to end determines it. An interrupted call produces no outcome; the drain can be continued by another
     * call.
     *
     * @param timeout not negative; zero checks once, and the callbacks still run; a shorter {@link #drainTimeout} of
     *     the tracker takes precedence
     * @return {@link Outcome#DONE} with the number of guards that finished, of those open when the drain began; or
     *     {@link Outcome#TIMED_OUT} with the number finished, the number abandoned, and the ten oldest abandoned guards
     *     if {@linkplain ConnectionTrackerBuilder#details details} are on
     * @throws InterruptedException if the thread is interrupted while there is something to wait for
     */
    public StepResult drain(Duration timeout) throws InterruptedException {
        Checks.notNegative("timeout", timeout);
        var unused = close();
        Duration limit = drainTimeout == null ? timeout : Durations.least(timeout, drainTimeout);
        StepResult step = drain.run(counter, limit, this);
        return frameworkDrain == null ? step : frameworkDrain.outcomeOf(step);
    }

    /** Returns the number of open guards, as {@link #inFlight()}. */
    @Override
    public long unfinishedCount() {
        return inFlight();
    }

    /**
     * Returns the open guards that have details recorded, oldest first, each with the stack of the thread that acquired
     * it. Empty if details are off.
     *
     * @param limit the maximum number of entries; not negative
     */
    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        Checks.atLeast("limit", limit, 0);
        if (frameworkDrain != null) {
            return limit == 0 || inFlight() == 0 ? List.of() : List.of(frameworkDrain.unfinished(name));
        }
        return recorder == null ? List.of() : recorder.oldest(counter, limit);
    }

    /** For tests: the number of open guards with callbacks that have not been called. */
    int pendingCallbacks() {
        return counter.callbacks().pendingCount();
    }

    @Override
    public String toString() {
        return "tracker '" + name + "', " + inFlight() + " in flight" + (isClosed() ? ", closed" : "");
    }
}
