package io.github.shutdown4j.trigger;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
 * Turns any number of shutdown requests into a single reason. The first request counts and its reason never changes.
 * All ways to observe it ({@link #isRequested poll}, {@link #await() wait}, {@link #subscribe callback},
 * {@link #whenRequested() stage}) give the same result, also after the request.
 *
 * <pre>{@code
 * ShutdownTrigger trigger = ShutdownTrigger.create();
 * trigger.subscribe(reason -> consumer.wakeup());
 * stop.onClick(() -> trigger.request(new ShutdownReason.Requested("the stop button")));
 * }</pre>
 *
 * <p>A trigger only publishes the request: it stops nothing, does not wait, and does not end the process.
 *
 * <p>Thread-safe. Callbacks start in the order of subscription, one at a time, on a daemon thread of the trigger, never
 * on the requesting thread. A slow callback delays the others by at most 10 ms; one that throws is logged. An idle
 * trigger has no thread.
 *
 * <p>Memory consistency: actions of a thread before {@link #request} happen-before actions of another thread after it
 * has seen the reason.
 */
public final class ShutdownTrigger {

    private final Ticker ticker;
    private final CallbackExecutor callbacks;

    // 1. The reason is set once, by request(), with the lock.
    // 2. "subscribers" and "dispatched" are guarded by the lock; no subscriber is added once "dispatched" is set.
    // 3. A subscriber is removed once: by its close(), or by the thread that has set the reason, which passes it to the
    // executor.
    // 4. "first" is called once, by the same thread.
    private volatile @Nullable ShutdownReason reason;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition reasonSet = lock.newCondition();
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    private boolean dispatched;
    private final Consumer<? super ShutdownReason> first;

    ShutdownTrigger(Ticker ticker) {
        this(reason -> {}, ticker);
    }

    private ShutdownTrigger(Consumer<? super ShutdownReason> first, Ticker ticker) {
        this.first = Checks.notNull("first", first);
        this.ticker = ticker;
        this.callbacks = new CallbackExecutor("trigger", new ComponentLogger(ShutdownTrigger.class, "trigger"), ticker);
    }

    /** Returns a trigger without a request. */
    public static ShutdownTrigger create() {
        return create(reason -> {});
    }

    /**
     * Returns a trigger that calls {@code first} before all subscribers, on the requesting thread: a request must not
     * be lost if no further thread can be created. {@code first} must return immediately and should not throw: what it
     * throws, {@link #request} throws, after the request has been made and the subscribers' calls have been arranged.
     */
    public static ShutdownTrigger create(Consumer<? super ShutdownReason> first) {
        return new ShutdownTrigger(first, Ticker.current());
    }

    /**
     * Requests the shutdown. Returns immediately and runs no user code but the callback of {@link #create(Consumer)}, if any,
     * so it may be called from any context: a signal handler, a callback of this trigger, a request handler, a JVM shutdown
     * hook.
     *
     * @return true for the first call only, whose reason counts
     */
    public boolean request(ShutdownReason reason) {
        if (reason == null) { // checked without a literal, because the first use of one needs memory
            throw new NullPointerException("reason must not be null");
        }
        lock.lock();
        try {
            if (this.reason != null) {
                return false;
            }
            this.reason = reason;
            reasonSet.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            first.accept(reason);
        } finally {
            notifySubscribers();
        }
        return true;
    }

    /**
     * Arranges the calls of the subscribers after a request. The callback of {@link #create(Consumer)} calls this if it cannot
     * return immediately; otherwise {@link #request} does so. Has no effect before the request and when it is repeated.
     */
    public void notifySubscribers() {
        if (!isRequested()) {
            return;
        }
        // Later subscribers are called later, so the order is that of the subscriptions.
        for (List<Subscriber> next = takeSubscribers(); !next.isEmpty(); next = takeSubscribers()) {
            callbacks.executeAll(next);
        }
    }

    /** Returns those that have not been taken; once there are none, later ones are called immediately. */
    private List<Subscriber> takeSubscribers() {
        lock.lock();
        try {
            List<Subscriber> taken = List.copyOf(subscribers);
            subscribers.clear();
            dispatched = taken.isEmpty();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the shutdown has been requested. */
    public boolean isRequested() {
        return reason != null;
    }

    /** Returns the reason; empty before the request. */
    public Optional<ShutdownReason> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * Waits for the request without a time limit.
     *
     * @throws InterruptedException if interrupted while waiting; a reason that is already set is returned regardless
     */
    public ShutdownReason await() throws InterruptedException {
        ShutdownReason known = reason;
        if (known != null) {
            return known;
        }
        lock.lockInterruptibly();
        try {
            while ((known = reason) == null) {
                reasonSet.await();
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the request for at most {@code timeout}; zero checks once.
     *
     * @return the reason; empty if the timeout has elapsed
     * @throws IllegalArgumentException if {@code timeout} is negative
     * @throws InterruptedException if interrupted while waiting; a reason that is already set is returned regardless
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
     * Returns a stage that completes with the reason, and never exceptionally. Each call returns a new stage, which
     * counts as a subscriber: its dependents run on a thread of this trigger, or immediately on the calling thread if
     * the reason is already set. The trigger references the stage until the request, unless it is cancelled
     * ({@code toCompletableFuture().cancel(false)}).
     */
    public CompletionStage<ShutdownReason> whenRequested() {
        ShutdownReason known = reason;
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<ShutdownReason> stage = new CompletableFuture<>();
        Subscription subscription = subscribe(stage::complete);
        var unused = stage.whenComplete((r, e) -> subscription.close());
        return stage;
    }

    /**
     * Subscribes to the request. The subscriber is called once with the reason, immediately if it is already set.
     *
     * @return the subscription; closing it before the call prevents the call
     */
    public Subscription subscribe(Consumer<? super ShutdownReason> subscriber) {
        Subscriber entry = new Subscriber(Checks.notNull("subscriber", subscriber));
        lock.lock();
        try {
            if (!dispatched) {
                subscribers.add(entry);
                return entry;
            }
        } finally {
            lock.unlock();
        }
        callbacks.execute(entry);
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
            ShutdownReason known = reason;
            if (known != null && !closed) {
                callback.accept(known);
            }
        }

        @Override
        public void close() {
            closed = true;
            lock.lock();
            try {
                subscribers.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
