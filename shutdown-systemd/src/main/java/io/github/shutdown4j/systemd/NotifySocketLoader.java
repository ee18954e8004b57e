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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Opens the socket on a short-lived thread of its own, so that the start of the service does not wait for native code
 * to load. A caller that sends before that waits for it. A failure to load is logged once, with the remedy.
 */
final class NotifySocketLoader implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(NotifySocketLoader.class);

    /** How long a message waits for native code. */
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final NotifyAddress address;
    private final Function<NotifyAddress, NotifySocket> factory;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private boolean loading = true;
    /** Whether somebody has waited as long as allowed; nobody else does then. */
    private boolean overdue;
    /** What is sent as soon as the socket is there. */
    private final List<Consumer<NotifySocket>> postponed = new ArrayList<>();

    private boolean closed;
    /** Set once under the lock; null again when closed. Read without it, since that is what happens each time. */
    private volatile @Nullable NotifySocket socket;

    private NotifySocketLoader(NotifyAddress address, Function<NotifyAddress, NotifySocket> factory, Ticker ticker) {
        this.address = address;
        this.factory = factory;
        this.ticker = ticker;
    }

    /** Begins at once; on this thread if no other can be created. */
    static NotifySocketLoader start(
            NotifyAddress address, Function<NotifyAddress, NotifySocket> factory, Ticker ticker) {
        NotifySocketLoader loader = new NotifySocketLoader(address, factory, ticker);
        try {
            NamedThreads.daemon("systemd-load", loader).start();
        } catch (Throwable noThread) {
            log.debug("systemd: native code is loaded on this thread: cannot create thread", noThread);
            loader.run();
        }
        return loader;
    }

    @Override
    @SuppressWarnings("CatchThrowable") // each way in which native code fails to load is another kind of it
    public void run() {
        NotifySocket opened = null;
        try {
            opened = factory.apply(address);
        } catch (Throwable t) {
            log.warn(
                    "systemd: notifications are off, native code cannot be loaded ({}). {}",
                    LoadFailure.cause(t),
                    LoadFailure.remedy(t));
            log.debug("systemd: native code cannot be loaded", t);
        }
        for (List<Consumer<NotifySocket>> due = nextPostponed(opened); !due.isEmpty(); due = nextPostponed(opened)) {
            for (Consumer<NotifySocket> sending : due) {
                sending.accept(opened);
            }
        }
    }

    /** What must be sent before anything else; if that is nothing, the socket is there for all from now on. */
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

    /** Sends this on the loader's thread as soon as the socket is there; false if loading is over. */
    boolean postpone(Consumer<NotifySocket> sending) {
        lock.lock();
        try {
            return loading && !closed && postponed.add(sending);
        } finally {
            lock.unlock();
        }
    }

    /** The socket; empty if it is closed, cannot be had, or is not there within the limit. An interrupt has to wait. */
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
            // One who waits for less says nothing about the others.
            overdue |= loading && limit.compareTo(TIMEOUT) >= 0 && deadline.isExpired();
            return Optional.ofNullable(socket);
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Why {@link #await} came back empty. */
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
