package io.github.shutdown4j.trigger;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.CallbackExecutor;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Ticker;

/**
 * Turns any number of requests to shut down into one reason that everybody sees. The first request wins and its reason
 * never changes; all ways to learn of it ({@link #isRequested poll}, {@link #await() wait}, {@link #subscribe call
 * back}, {@link #requested() stage}) answer the same, also to those who ask after it has happened.
 *
 * <p>It carries the request and no more: it stops nothing, waits for nobody, and does not end the process.
 *
 * <p>Safe for use by any number of threads. Callbacks begin in the order of subscription, one at a time, on a daemon
 * thread of the trigger, never on the thread that made the request. One that takes longer than 10 ms delays the others
 * by no more than that, and one that throws is logged. Nothing here keeps a thread while there is nothing to call.
 *
 * <p>What a thread did before {@link #request} happens-before whatever another thread does after it has seen the
 * reason.
 */
public final class ShutdownTrigger {

    private final Ticker ticker;
    private final CallbackExecutor relay;

    // 1. The reason changes once, from null, by the one compareAndSet in request().
    // 2. "waiting" is guarded by the lock, and nobody enters it once the reason is set.
    // 3. A subscriber leaves it once: by its close(), or into the relay when the winner of 1 has the lock.
    // 4. "first" is called once, by the winner of 1.
    private final AtomicReference<@Nullable ShutdownReason> reason = new AtomicReference<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition reasonSet = lock.newCondition();
    private final Set<Subscriber> waiting = new LinkedHashSet<>();
    private final Consumer<? super ShutdownReason> first;

    /** A trigger that has not been requested. */
    public ShutdownTrigger() {
        this(reason -> {});
    }

    /**
     * A trigger that calls {@code first} before all subscribers, on the thread that makes the request: where no more
     * threads can be created, a request must not be lost. It must return at once unless that is so.
     */
    public ShutdownTrigger(Consumer<? super ShutdownReason> first) {
        this(first, Ticker.current());
    }

    ShutdownTrigger(Ticker ticker) {
        this(reason -> {}, ticker);
    }

    private ShutdownTrigger(Consumer<? super ShutdownReason> first, Ticker ticker) {
        this.first = Checks.notNull("first", first);
        this.ticker = ticker;
        this.relay = new CallbackExecutor("trigger", new ComponentLogger(ShutdownTrigger.class, "trigger"), ticker);
    }

    /**
     * Asks for the shutdown. Returns at once and runs no foreign code, so it may be called from anywhere: a signal
     * handler, a callback of this trigger, a request being served, a JVM hook.
     *
     * @return true for the first caller only, whose reason now stands
     */
    public boolean request(ShutdownReason why) {
        Checks.notNull("reason", why);
        if (!reason.compareAndSet(null, why)) {
            return false;
        }
        List<Subscriber> subscribers;
        lock.lock();
        try {
            reasonSet.signalAll();
            subscribers = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        first.accept(why);
        relay.executeAll(subscribers);
        return true;
    }

    /** Whether the shutdown has been requested. */
    public boolean isRequested() {
        return reason.get() != null;
    }

    /** The reason, once there is one. */
    public Optional<ShutdownReason> reason() {
        return Optional.ofNullable(reason.get());
    }

    /**
     * Waits for the request, without limit.
     *
     * @throws InterruptedException if interrupted while waiting; a reason that is there is returned regardless
     */
    public ShutdownReason await() throws InterruptedException {
        ShutdownReason why = reason.get();
        if (why != null) {
            return why;
        }
        lock.lockInterruptibly();
        try {
            while ((why = reason.get()) == null) {
                reasonSet.await();
            }
            return why;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the request, but no longer than {@code timeout}; zero only looks.
     *
     * @return the reason, or empty when the time is up
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws InterruptedException if interrupted while waiting; a reason that is there is returned regardless
     */
    public Optional<ShutdownReason> await(Duration timeout) throws InterruptedException {
        Checks.notNegative("timeout", timeout);
        if (isRequested() || timeout.isZero()) {
            return reason();
        }
        Deadline deadline = Deadline.after(ticker, timeout);
        lock.lockInterruptibly();
        try {
            while (!isRequested() && !deadline.isExpired()) {
                ticker.await(lock, reasonSet, deadline.remainingNanos());
            }
            return reason();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A stage that completes normally with the reason, and never otherwise. Each call makes a stage of its own, which
     * counts as one subscriber: what depends on it runs on a thread of this trigger, or at once on the caller's thread
     * if the reason is there already. A stage that is no longer wanted is held until the request, unless it is
     * cancelled ({@code toCompletableFuture().cancel(false)}).
     */
    public CompletionStage<ShutdownReason> requested() {
        ShutdownReason why = reason.get();
        if (why != null) {
            return CompletableFuture.completedFuture(why);
        }
        CompletableFuture<ShutdownReason> stage = new CompletableFuture<>();
        Subscription subscription = subscribe(stage::complete);
        var unused = stage.whenComplete((r, e) -> subscription.close());
        return stage;
    }

    /**
     * Has {@code subscriber} called with the reason, once. If it is there already, the call comes at once.
     *
     * @return closing it before the call prevents the call
     */
    public Subscription subscribe(Consumer<? super ShutdownReason> subscriber) {
        Subscriber entry = new Subscriber(Checks.notNull("subscriber", subscriber));
        lock.lock();
        try {
            if (!isRequested()) {
                waiting.add(entry);
                return entry;
            }
        } finally {
            lock.unlock();
        }
        relay.execute(entry);
        return entry;
    }

    @Override
    public String toString() {
        return "ShutdownTrigger[" + reason().map(ShutdownReason::text).orElse("not requested") + "]";
    }

    private final class Subscriber implements Runnable, Subscription {

        private final Consumer<? super ShutdownReason> callback;
        private volatile boolean closed;

        Subscriber(Consumer<? super ShutdownReason> callback) {
            this.callback = callback;
        }

        @Override
        public void run() {
            ShutdownReason why = reason.get();
            if (why != null && !closed) {
                callback.accept(why);
            }
        }

        @Override
        public void close() {
            closed = true;
            lock.lock();
            try {
                waiting.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
