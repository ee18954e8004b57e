package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
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

    private ConnectionTracker(Builder builder) {
        name = builder.name;
        ticker = builder.ticker;
        details = builder.details.isOff() ? null : builder.details;
        Executor executor = builder.executor == null ? new CallbackThreads(name, ticker) : builder.executor;
        knowsResidents = builder.details.isPlain();
        drain = new Drain(
                name, ticker, new DrainCallbacks(name, executor, new CallbackPacer(name, builder.spread, ticker)));
        stripes = new StripedCounter(builder.stripes, builder.generation, details != null, drain);
        lanes = stripes.lanes();
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
     * To choose what is remembered of each guard.
     *
     * @param name what it counts, for logs and reports, such as "http"; not blank
     */
    public static Builder builder(String name) {
        return new Builder(Checks.notBlank("name", name));
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
     *     only if {@linkplain Builder#details details} are on, and until the guard is closed
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
        GuardSlot slot = CounterCell.isRefused(seen) ? null : stripes.place(mine, seen, holder(mine, label));
        if (slot == null) {
            refused.increment();
        }
        return slot;
    }

    /** Who has arrived, if details are to be kept of it. */
    private @Nullable GuardInfo holder(CounterCell arrivedAt, @Nullable String label) {
        if (details == null || !details.chooses()) {
            return null;
        }
        try {
            return details.holder(label, ticker.nanoTime());
        } catch (Throwable noMemory) {
            arrivedAt.leave();
            throw noMemory;
        }
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
     * Closes the tracker, tells {@linkplain ConnectionGuard#onDrain those who asked}, and waits until every guard is
     * closed or the time is up. Without open guards it returns at once.
     *
     * <p>There is one drain, however often it is asked for: once it has an outcome, every call returns that, and of
     * several calls at a time the first to end decides. An interrupted call leaves no outcome; another one may go on.
     *
     * @param timeout not negative; zero looks once, and those who asked are told
     * @return {@link Outcome#DONE} with how many guards were finished, of those open when the drain began; or
     *     {@link Outcome#TIMED_OUT} with how many were finished and how many abandoned, and the oldest ten of these if
     *     {@linkplain Builder#details details} are on
     * @throws InterruptedException if the thread is interrupted and there is something to wait for
     */
    public StepResult drain(Duration timeout) throws InterruptedException {
        Checks.notNegative("timeout", timeout);
        var unused = close();
        return drain.run(stripes, timeout, this::unfinished);
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
        long now = ticker.nanoTime();
        // The youngest on top, to make room for an older one.
        Queue<GuardInfo> oldest = new PriorityQueue<>(Comparator.comparingLong(holder -> now - holder.since()));
        stripes.forEachHolder(holder -> {
            oldest.add(holder);
            if (oldest.size() > limit) {
                oldest.remove();
            }
        });
        List<UnfinishedWork> list = new ArrayList<>();
        while (!oldest.isEmpty()) {
            oldest.remove().snapshot(now).ifPresent(list::add);
        }
        Collections.reverse(list);
        return list;
    }

    /** For tests: how many open guards have callbacks that have not been called. */
    int callbacksWaiting() {
        return stripes.notices().waiting();
    }

    @Override
    public String toString() {
        return "tracker '" + name + "', " + active() + " active" + (isClosed() ? ", closed" : "");
    }

    /** Makes a tracker. Not for use by several threads. */
    public static final class Builder {

        private final String name;
        private GuardDetails details = GuardDetails.off();
        private Ticker ticker = Ticker.current();
        private int stripes = StripedCounter.defaultCount();
        private Duration spread = Duration.ZERO;
        private long generation;
        private @Nullable Executor executor;

        private Builder(String name) {
            this.name = name;
        }

        /** What is remembered of each guard; {@linkplain GuardDetails#off() nothing} if not set. */
        public Builder details(GuardDetails newDetails) {
            details = Checks.notNull("details", newDetails);
            return this;
        }

        /**
         * Tells those who {@linkplain ConnectionGuard#onDrain asked} evenly over this time, in the order in which they
         * asked, instead of all at once: so that a thousand clients do not come back to their load balancer in the same
         * moment. Never over more than half of the time of the drain, so that the last have time to end. Zero, the
         * default, does not spread.
         *
         * @param newSpread not negative
         */
        public Builder spread(Duration newSpread) {
            spread = Checks.notNegative("spread", newSpread);
            return this;
        }

        /** For tests. */
        Builder ticker(Ticker newTicker) {
            ticker = newTicker;
            return this;
        }

        /** For tests: how many stripes; a power of two. */
        Builder stripes(int count) {
            stripes = count;
            return this;
        }

        /** For tests: how many holds the slot of each stripe has seen. */
        Builder generation(long newGeneration) {
            generation = newGeneration;
            return this;
        }

        /** For tests: what runs the callbacks. */
        Builder executor(Executor newExecutor) {
            executor = newExecutor;
            return this;
        }

        /** The tracker, open. */
        public ConnectionTracker build() {
            return new ConnectionTracker(this);
        }
    }
}
