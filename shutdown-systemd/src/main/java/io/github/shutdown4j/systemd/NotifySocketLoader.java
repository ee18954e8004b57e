package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Opens the socket on a short-lived thread, so that the start of the service does not wait for native code. A caller that
 * sends before that waits for it. A failure to load is logged once, with the remedy.
 */
final class NotifySocketLoader implements Runnable {

    /** The maximum time that messages wait for native code. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final NotifyAddress address;
    private final Function<NotifyAddress, NotifySocket> factory;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private boolean loading = true;
    /** Whether a caller has waited for the maximum time; later callers do not wait. */
    private boolean overdue;
    /** The messages to send as soon as the socket is open. */
    private final List<Consumer<NotifySocket>> postponed = new ArrayList<>();

    private boolean closed;
    /** Set once under the lock, null again when closed. Read without the lock by each call. */
    private volatile @Nullable NotifySocket socket;

    private NotifySocketLoader(NotifyAddress address, Function<NotifyAddress, NotifySocket> factory, Ticker ticker) {
        this.address = address;
        this.factory = factory;
        this.ticker = ticker;
    }

    /** Starts loading, on this thread if no other can be created. */
    static NotifySocketLoader start(
            NotifyAddress address, Function<NotifyAddress, NotifySocket> factory, Ticker ticker) {
        NotifySocketLoader loader = new NotifySocketLoader(address, factory, ticker);
        try {
            NamedThreads.daemon("systemd-load", loader).start();
        } catch (Throwable noThread) {
            SystemdNotifier.LOG.debug("native code is loaded on this thread: cannot create thread", noThread);
            loader.run();
        }
        return loader;
    }

    @Override
    public void run() {
        NotifySocket opened = null;
        try {
            opened = factory.apply(address);
        } catch (Throwable t) { // native code fails to load with various errors
            SystemdNotifier.LOG.warn(
                    "notifications are off, native code cannot be loaded ({}). {}",
                    LoadFailure.cause(t),
                    LoadFailure.remedy(t));
            SystemdNotifier.LOG.debug("native code cannot be loaded", t);
        }
        for (List<Consumer<NotifySocket>> due = nextPostponed(opened); !due.isEmpty(); due = nextPostponed(opened)) {
            for (Consumer<NotifySocket> sending : due) {
                sending.accept(opened);
            }
        }
    }

    /** Returns the messages to send first; if there are none, publishes the socket. */
    private List<Consumer<NotifySocket>> nextPostponed(@Nullable NotifySocket opened) {
        lock.lock();
        try {
            List<Consumer<NotifySocket>> due = opened == null || closed ? List.of() : List.copyOf(postponed);
            postponed.clear();
            if (due.isEmpty()) {
                loading = false;
                if (opened != null && closed) {
                    opened.close();
                } else {
                    socket = opened;
                }
                finished.signalAll();
            }
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** Queues a message to be sent by the loader's thread; false if loading has ended. */
    boolean postpone(Consumer<NotifySocket> sending) {
        lock.lock();
        try {
            return loading && !closed && postponed.add(sending);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the socket; empty if closed, unavailable, or not open within the limit. Not interruptible. */
    Optional<NotifySocket> await(Duration limit) {
        NotifySocket present = socket;
        return present != null ? Optional.of(present) : awaitLoaded(limit);
    }

    private Optional<NotifySocket> awaitLoaded(Duration limit) {
        boolean interrupted = false;
        lock.lock();
        try {
            Deadline deadline = Deadline.after(ticker, limit);
            while (loading && !overdue && !closed && !deadline.isExpired()) {
                try {
                    ticker.await(lock, finished, deadline.remainingNanos());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            // A caller with a shorter limit does not affect the others.
            overdue |= loading && limit.compareTo(TIMEOUT) >= 0 && deadline.isExpired();
            return Optional.ofNullable(socket);
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns why {@link #await} returned empty. */
    String unavailableReason() {
        lock.lock();
        try {
            return closed
                    ? "the notifier is closed"
                    : loading ? "native code is still being loaded" : "native code cannot be loaded";
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            NotifySocket present = socket;
            socket = null;
            if (present != null) {
                present.close();
            }
            finished.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
