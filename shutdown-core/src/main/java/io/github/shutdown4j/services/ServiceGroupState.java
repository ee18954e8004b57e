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
 * What the parts of one service group share: the lock that guards all of them, the clock, and what has been decided.
 *
 * <ol>
 *   <li>{@code stopping} never turns false again; once it is true no service starts, restarts or gives a reason.
 *   <li>{@code reason} is set at most once, and never once the group is stopping.
 *   <li>{@code ready} turns true at most once, and only while there is no reason and the group is not stopping, when
 *       {@code readyToBeLogged} is zero: the log says of each service that it is ready before it says so of all.
 *   <li>A stage is completed with no lock held, after what it tells has been decided.
 * </ol>
 */
final class ServiceGroupState {

    final Ticker ticker;
    final ReentrantLock lock = new ReentrantLock();
    /** Signalled at each change of the groupState or of a service. */
    final Condition changed = lock.newCondition();
    /** Signalled once: when the group begins to stop. */
    final Condition stopBegins = lock.newCondition();

    // guarded by lock
    /** Made when somebody asks for them: a coordinator follows without, and their first use loads the common pool. */
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

    /** What {@code body} finds while nothing changes. */
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

    /** The JVM is exiting: somebody has called exit, perhaps a service. */
    void jvmExiting() {
        exits++;
        changed.signalAll();
    }

    /** How often that was noted. */
    int exits() {
        return exits;
    }

    /** A service has become ready, and its thread is about to say so in the log, without the lock. */
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

    /** Whether nothing new is to be started. */
    boolean isOver() {
        return stopping || reason != null;
    }

    /** Makes this the reason unless there is one already, or the group is stopping; if so, the caller publishes it. */
    boolean decide(ShutdownReason candidate) {
        if (isOver()) {
            return false;
        }
        reason = candidate;
        changed.signalAll();
        return true;
    }

    /** For the threads that run the user's code: the context class loader of whoever started the group. */
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
            listener.onReady();
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
            listener.onReason(decided);
        }
        if (stage != null) {
            stage.complete(decided);
        }
    }
}
