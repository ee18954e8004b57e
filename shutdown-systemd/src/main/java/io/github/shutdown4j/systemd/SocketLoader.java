package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Opens the socket on a short-lived thread of its own, so that the start of the service does not wait for native code
 * to load. Whoever sends before that is done waits for it. What cannot be loaded is told once, with the remedy.
 */
final class SocketLoader implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(SocketLoader.class);

    private final NotifyAddress address;
    private final Function<NotifyAddress, NotifySocket> opening;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition finished = lock.newCondition();
    private boolean loading = true;
    private boolean closed;
    /** Set once under the lock; null again when closed. Read without it, since that is what happens each time. */
    private volatile @Nullable NotifySocket socket;

    private SocketLoader(NotifyAddress address, Function<NotifyAddress, NotifySocket> opening, Ticker ticker) {
        this.address = address;
        this.opening = opening;
        this.ticker = ticker;
    }

    /** Begins at once. */
    static SocketLoader start(NotifyAddress address, Function<NotifyAddress, NotifySocket> opening, Ticker ticker) {
        SocketLoader loader = new SocketLoader(address, opening, ticker);
        NamedThreads.daemon("systemd-load", loader).start();
        return loader;
    }

    @Override
    @SuppressWarnings("CatchThrowable") // each way in which native code fails to load is another kind of it
    public void run() {
        NotifySocket opened = null;
        try {
            opened = opening.apply(address);
        } catch (Throwable t) {
            log.warn(
                    "systemd: notifications are off, native code cannot be loaded ({}). {}",
                    LoadFailure.cause(t),
                    LoadFailure.remedy(t));
            log.debug("systemd: native code cannot be loaded", t);
        }
        lock.lock();
        try {
            loading = false;
            if (opened != null && closed) {
                opened.close();
            } else {
                socket = opened;
            }
            finished.signalAll();
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
            while (loading && !closed && !deadline.isExpired()) {
                try {
                    ticker.await(lock, finished, deadline.remainingNanos());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return Optional.ofNullable(socket);
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Why {@link #await} came back empty. */
    String missing() {
        lock.lock();
        try {
            return closed
                    ? "the notifier is closed"
                    : loading ? "native code is still being loaded" : "native code cannot be loaded";
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
