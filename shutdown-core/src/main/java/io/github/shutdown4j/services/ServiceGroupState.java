package io.github.shutdown4j.services;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * The shared state of one service group: the lock, the clock, readiness, reason and stop.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>{@code stopping} never becomes false again; once it is true, no service starts, restarts or becomes the reason.
 *   <li>{@code reason} is set at most once, and never while the group is stopping.
 *   <li>{@code ready} becomes true at most once, only without a reason and before the stop, when {@code readyToBeLogged} is
 *       zero, so that the line about each ready service precedes the line about all of them.
 *   <li>A stage is completed without the lock, after its value has been decided.
 * </ol>
 */
final class ServiceGroupState {

    final Ticker ticker;
    final ReentrantLock lock = new ReentrantLock();
    /** Signalled at each change of this state or of a service. */
    final Condition changed = lock.newCondition();
    /** Signalled once, when the stop begins. */
    final Condition stopBegins = lock.newCondition();

    // Guarded by lock.
    /** Created on demand: a coordinator uses listeners instead, and the first use of a future loads the common pool. */
    private @Nullable CompletableFuture<ShutdownReason> reasonStage;

    private @Nullable CompletableFuture<Void> readyStage;
    private List<ServiceGroupListener> listeners = List.of();
    private boolean readyPublished;
    private @Nullable ShutdownReason published;
    private boolean stopping;
    private int exits;
    private int readyToBeLogged;
    private boolean ready;
    private @Nullable ShutdownReason reason;
    private @Nullable ClassLoader contextLoader;

    ServiceGroupState(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Evaluates {@code body} with the lock held. */
    <T extends @Nullable Object> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    boolean isStopping() {
        return stopping;
    }

    void stopping() {
        stopping = true;
        changed.signalAll();
        stopBegins.signalAll();
    }

    /** Records that the JVM is exiting, perhaps because a service has called exit. */
    void jvmExiting() {
        exits++;
        changed.signalAll();
    }

    /** The number of calls of {@link #jvmExiting()}. */
    int exits() {
        return exits;
    }

    /** A service has become ready, and its thread will log that without the lock. */
    void readyToBeLogged() {
        readyToBeLogged++;
    }

    void readyIsLogged() {
        readyToBeLogged--;
        changed.signalAll();
    }

    boolean isEachReadyLogged() {
        return readyToBeLogged == 0;
    }

    boolean isReady() {
        return ready;
    }

    void ready() {
        ready = true;
        changed.signalAll();
    }

    /** Whether no further service may start. */
    boolean isOver() {
        return stopping || reason != null;
    }

    /** Sets the reason unless there is one or the group is stopping. If true, the caller publishes it. */
    boolean decide(ShutdownReason candidate) {
        if (isOver()) {
            return false;
        }
        reason = candidate;
        changed.signalAll();
        return true;
    }

    /** The context class loader for the threads of user code: that of the thread which started the group. */
    @Nullable
    ClassLoader contextLoader() {
        return contextLoader;
    }

    void contextLoader(@Nullable ClassLoader loader) {
        contextLoader = loader;
    }

    void addListener(ServiceGroupListener listener) {
        lock.lock();
        try {
            List<ServiceGroupListener> more = new ArrayList<>(listeners);
            more.add(listener);
            listeners = List.copyOf(more);
        } finally {
            lock.unlock();
        }
    }

    List<ServiceGroupListener> listenersNow() {
        lock.lock();
        try {
            return listeners;
        } finally {
            lock.unlock();
        }
    }

    CompletionStage<ShutdownReason> reasonStage() {
        lock.lock();
        try {
            CompletableFuture<ShutdownReason> stage = reasonStage;
            if (stage == null) {
                stage = published == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(published);
                reasonStage = stage;
            }
            return stage.minimalCompletionStage();
        } finally {
            lock.unlock();
        }
    }

    CompletionStage<Void> readyStage() {
        lock.lock();
        try {
            CompletableFuture<Void> stage = readyStage;
            if (stage == null) {
                stage = readyPublished ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
                readyStage = stage;
            }
            return stage.minimalCompletionStage();
        } finally {
            lock.unlock();
        }
    }

    /** Called without the lock, by the thread that has made it {@linkplain #ready() ready}. */
    void publishReady() {
        CompletableFuture<Void> stage;
        List<ServiceGroupListener> notified;
        lock.lock();
        try {
            readyPublished = true;
            stage = readyStage;
            notified = listeners;
        } finally {
            lock.unlock();
        }
        for (ServiceGroupListener listener : notified) {
            try {
                listener.onReady();
            } catch (Throwable failure) {
                listenerFailed(failure);
            }
        }
        if (stage != null) {
            stage.complete(null);
        }
    }

    /** Called without the lock, by the thread that has {@linkplain #decide decided}. */
    void publish(ShutdownReason decided) {
        CompletableFuture<ShutdownReason> stage;
        List<ServiceGroupListener> notified;
        lock.lock();
        try {
            published = decided;
            stage = reasonStage;
            notified = listeners;
        } finally {
            lock.unlock();
        }
        for (ServiceGroupListener listener : notified) {
            try {
                listener.onShutdownRequested(decided);
            } catch (Throwable failure) {
                listenerFailed(failure);
            }
        }
        if (stage != null) {
            stage.complete(decided);
        }
    }

    /** A listener that throws does not keep the event from the others. */
    static void listenerFailed(Throwable failure) {
        ServiceGroup.LOG.error("a listener failed", failure);
    }
}
