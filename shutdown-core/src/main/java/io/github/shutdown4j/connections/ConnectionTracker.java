package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.CallbackExecutor;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Counts the work in hand, refuses more once it is closed, and knows when the last of it is done.
 *
 * <p>Take a guard for each request, connection, message or job, and close it when that is done:
 *
 * <pre>{@code
 * try (ConnectionGuard guard = tracker.acquire()) {
 *     handle(request);
 * }
 * }</pre>
 *
 * <p>or have it taken and closed for you: {@link #run}, {@link #call}, {@link #track} and {@link #wrap}.
 *
 * <p><b>The promise.</b> A guard is either handed out and waited for, or refused; never handed out and forgotten. After
 * {@link #close()} has returned, no guard is handed out, and after a drain has seen zero there is none. A guard handed
 * out while {@code close} is still at work counts.
 *
 * <p><b>What it does not do.</b> It neither interrupts nor cancels anything, and {@code close} does not wait: that is
 * {@link #drain}. Work that lasts can ask to be {@linkplain ConnectionGuard#onDrain told}. It sets no limit on how many
 * guards there are. It cannot be opened again.
 *
 * <p><b>Cost.</b> {@code acquire} and {@code close} of a guard are one uncontended atomic operation each, and the guard
 * needs no memory while it does not leave the method. There are no threads and nothing runs while nothing happens.
 *
 * <p>All methods may be called from any thread, virtual ones too, and only {@link #drain} blocks.
 */
public final class ConnectionTracker implements UnfinishedWork.Source {

    private final String name;
    private final Ticker ticker;
    private final @Nullable GuardDetails details;
    private final StripedCounter stripes;
    /** The same as {@code stripes} has, one step nearer. */
    private final CounterCell[] lanes;

    /** Whether a thread and a moment are all that is remembered of a guard without a label. */
    private final boolean knowsResidents;

    private final Drain drain;
    private final LongAdder refused = new LongAdder();
    private final @Nullable Duration drainTimeout;
    private final @Nullable FrameworkDrain frameworkDrain;
    private volatile boolean endAnnounced;

    ConnectionTracker(ConnectionTrackerBuilder builder) {
        name = builder.name;
        ticker = builder.ticker;
        details = builder.details.isOff() ? null : builder.details;
        Executor executor = builder.executor == null
                ? new CallbackExecutor(
                        name, new ComponentLogger(ConnectionTracker.class, "tracker '" + name + "'"), ticker)
                : builder.executor;
        knowsResidents = builder.details.isPlain();
        drain = new Drain(
                name, ticker, new DrainCallbacks(name, executor, new CallbackPacer(name, builder.spread, ticker)));
        stripes = new StripedCounter(builder.stripes, builder.generation, details != null, drain);
        lanes = stripes.lanes();
        drainTimeout = builder.drainTimeout;
        frameworkDrain = builder.frameworkDrain;
        if (frameworkDrain != null) {
            frameworkDrain.begin(acquire(name));
        }
    }

    /**
     * An open tracker that keeps no details.
     *
     * @param name what it counts, for logs and reports, such as "http"; not blank
     */
    public static ConnectionTracker create(String name) {
        return builder(name).build();
    }

    /**
     * A tracker that stands for the graceful shutdown of a framework, such as Micronaut's
     * {@code manager::shutdownGracefully}. When the drain begins, {@code shutdown} is called once, on a thread of its own,
     * where it may block; the drain ends when the returned stage does. If it throws, returns null or its stage fails, the
     * drain has failed with that. The framework counts as one piece of work; nothing cancels it.
     *
     * @param name what is drained, for logs and reports; not blank
     */
    public static ConnectionTracker draining(String name, Supplier<? extends CompletionStage<?>> shutdown) {
        return builder(name).draining(shutdown).build();
    }

    /**
     * To choose what is remembered of each guard.
     *
     * @param name what it counts, for logs and reports, such as "http"; not blank
     */
    public static ConnectionTrackerBuilder builder(String name) {
        return new ConnectionTrackerBuilder(Checks.notBlank("name", name));
    }

    /** The name it was given. */
    public String name() {
        return name;
    }

    /**
     * Hands out a guard.
     *
     * @throws ShuttingDownException once the tracker is closed
     */
    public ConnectionGuard acquire() {
        return admit(null);
    }

    /**
     * Hands out a guard for something that has a name.
     *
     * @param label what a person should read if the drain waits for it in vain, such as "GET /orders"; not blank; kept
     *     only if {@linkplain ConnectionTrackerBuilder#details details} are on, and until the guard is closed
     * @throws ShuttingDownException once the tracker is closed
     */
    public ConnectionGuard acquire(String label) {
        return admit(Checks.notBlank("label", label));
    }

    /** Hands out a guard, or nothing once the tracker is closed. */
    public Optional<ConnectionGuard> tryAcquire() {
        return tryAdmit(null);
    }

    /** Hands out a guard for something that has a name, as {@link #acquire(String)}; nothing once the tracker is closed. */
    public Optional<ConnectionGuard> tryAcquire(String label) {
        return tryAdmit(Checks.notBlank("label", label));
    }

    // Each of the next two makes the guard in one place, and never a null instead: then the JIT compiler can do without
    // the object. One condition is all that is left of the common way; whatever else there is starts behind it.

    private ConnectionGuard admit(@Nullable String label) {
        CounterCell mine = StripedCounter.mine(lanes);
        GuardSlot slot = mine;
        long seen = mine.arrive();
        long ticket = seen + 1;
        if (!CounterCell.hasSlot(seen) && !isResident(mine, seen, label)) {
            slot = admitTheLongWay(mine, seen, label);
            if (slot == null) {
                throw new ShuttingDownException("tracker '" + name + "' is closed and takes no more work");
            }
            ticket = slot.ticket();
        }
        return new ConnectionGuard(slot, ticket);
    }

    private Optional<ConnectionGuard> tryAdmit(@Nullable String label) {
        CounterCell mine = StripedCounter.mine(lanes);
        GuardSlot slot = mine;
        long seen = mine.arrive();
        long ticket = seen + 1;
        if (!CounterCell.hasSlot(seen) && !isResident(mine, seen, label)) {
            slot = admitTheLongWay(mine, seen, label);
            if (slot == null) {
                return Optional.empty();
            }
            ticket = slot.ticket();
        }
        return Optional.of(new ConnectionGuard(slot, ticket));
    }

    /** Whether who has arrived has the slot, because it had it the last time as well and brings nothing to remember. */
    private boolean isResident(CounterCell mine, long seen, @Nullable String label) {
        try {
            return label == null && knowsResidents && mine.takeSlotAsResident(seen, ticker);
        } catch (Throwable noMemory) {
            mine.leave();
            throw noMemory;
        }
    }

    private @Nullable GuardSlot admitTheLongWay(CounterCell mine, long seen, @Nullable String label) {
        GuardSlot slot = CounterCell.isRefused(seen)
                ? null
                : stripes.place(mine, seen, GuardDetails.holder(details, mine, label, ticker));
        if (slot == null) {
            refused.increment();
        }
        return slot;
    }

    /**
     * Runs {@code work} while it holds a guard.
     *
     * @throws ShuttingDownException once the tracker is closed; {@code work} has not been run then
     * @throws E what {@code work} throws
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
     * As {@link #run}, for work with a result.
     *
     * @throws ShuttingDownException as there
     * @throws E what {@code work} throws
     */
    public <T extends @Nullable Object, E extends Exception> T call(ThrowingSupplier<T, E> work) throws E {
        Checks.notNull("work", work);
        ConnectionGuard guard = acquire();
        try {
            return work.get();
        } finally {
            guard.close();
        }
    }

    /**
     * Holds a guard until the stage that {@code work} returns has ended, in whatever way. If {@code work} throws or
     * returns null, the guard is closed at once.
     *
     * @return the stage of {@code work} itself; what depends on it may run before the guard is closed
     * @throws ShuttingDownException once the tracker is closed; {@code work} has not been called then
     */
    public <S extends CompletionStage<?>> S track(Supplier<S> work) {
        return GuardedStage.track(this, Checks.notNull("work", work));
    }

    /**
     * An executor that holds a guard for each task until it has run; one that {@code target} drops stays counted. Once the
     * tracker is closed it throws {@link java.util.concurrent.RejectedExecutionException}, but for what its own tasks hand
     * in while they run: that belongs to work in hand, and shares its guard.
     */
    public Executor wrap(Executor target) {
        return new TrackingExecutor(this, Checks.notNull("target", target));
    }

    /** How many guards are open. Exact once closed; before that a moment's impression if guards come and go meanwhile. */
    public long active() {
        return stripes.active();
    }

    /** How many guards have been handed out since the tracker was made. Exact once closed. */
    public long admitted() {
        return stripes.admitted();
    }

    /** How many times a guard has been refused. */
    public long refused() {
        return refused.sum();
    }

    /**
     * Hands out no guard from now on. Guards that are open stay so; nobody is told, and nothing is waited for.
     *
     * @return true for the first call only
     */
    public boolean close() {
        return stripes.close();
    }

    /** Whether it is certain that no guard is handed out any more. */
    public boolean isClosed() {
        return stripes.isClosed();
    }

    /**
     * Makes {@link #isEndAnnounced} true while guards are still handed out. The coordinator calls this at the request.
     */
    public void announceEnd() {
        endAnnounced = true;
    }

    /**
     * Whether the end has been announced, or the tracker is closed. A server that sees this tells its clients to leave,
     * with {@code Connection: close} or what its protocol has for that.
     */
    public boolean isEndAnnounced() {
        return endAnnounced || isClosed();
    }

    /** The limit that the drain of this tracker has for itself, if any. */
    public Optional<Duration> drainTimeout() {
        return Optional.ofNullable(drainTimeout);
    }

    /**
     * Closes the tracker, tells {@linkplain ConnectionGuard#onDrain those who asked}, and waits until every guard is
     * closed or the time is up. Without open guards it returns at once.
     *
     * <p>There is one drain, however often it is asked for: once it has an outcome, every call returns that, and of
     * several calls at a time the first to end decides. An interrupted call leaves no outcome; another one may go on.
     *
     * @param timeout not negative; zero looks once, and those who asked are told; a shorter {@link #drainTimeout} of the
     *     tracker itself counts instead
     * @return {@link Outcome#DONE} with how many guards were finished, of those open when the drain began; or
     *     {@link Outcome#TIMED_OUT} with how many were finished and how many abandoned, and the oldest ten of these if
     *     {@linkplain ConnectionTrackerBuilder#details details} are on
     * @throws InterruptedException if the thread is interrupted and there is something to wait for
     */
    public StepResult drain(Duration timeout) throws InterruptedException {
        Checks.notNegative("timeout", timeout);
        var unused = close();
        Duration limit = drainTimeout == null ? timeout : Durations.least(timeout, drainTimeout);
        StepResult step = drain.run(stripes, limit, this::unfinished);
        return frameworkDrain == null ? step : frameworkDrain.judge(step);
    }

    /** How many guards are open, as {@link #active()}. */
    @Override
    public long unfinishedCount() {
        return active();
    }

    /**
     * The open guards of which details are kept, the oldest first, with the stack of the thread that acquired each. None
     * if details are off.
     *
     * @param limit how many at most; not negative
     */
    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        Checks.atLeast("limit", limit, 0);
        if (details == null || limit == 0) {
            return List.of();
        }
        return OldestGuards.of(stripes, ticker.nanoTime(), limit).stream()
                .map(this::named)
                .toList();
    }

    private UnfinishedWork named(UnfinishedWork work) {
        String whole = "tracker '" + name + "': " + work.name();
        return new UnfinishedWork(whole, work.age(), work.thread(), work.stack());
    }

    /** For tests: how many open guards have callbacks that have not been called. */
    int callbacksWaiting() {
        return stripes.notices().waiting();
    }

    @Override
    public String toString() {
        return "tracker '" + name + "', " + active() + " active" + (isClosed() ? ", closed" : "");
    }
}
