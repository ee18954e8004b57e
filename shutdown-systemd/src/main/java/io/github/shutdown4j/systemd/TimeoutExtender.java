package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Asks systemd for more time to stop, as long as work gets less, up to a cap. What is asked for counts from the arrival
 * of the message, so it is asked again at half of it; if nothing has been finished since, not before something is.
 */
final class TimeoutExtender implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(TimeoutExtender.class);

    private final SystemdNotifier notifier;
    private final Ticker ticker;
    private final Duration step;
    private final Duration cap;

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    /** When the last request reaches half of its time; null before the stop. */
    private @Nullable Deadline due;
    /** The last moment for which time is asked; null before the stop. */
    private @Nullable Deadline end;

    private boolean progress;
    private boolean started;
    private boolean ended;

    TimeoutExtender(SystemdNotifier notifier, Ticker ticker, Duration step, Duration cap) {
        this.notifier = notifier;
        this.ticker = ticker;
        this.step = step;
        this.cap = cap;
    }

    /**
     * The stop begins. The first request is returned, to go out with the news of it; the thread of {@link #start} sends the
     * others.
     */
    SystemdMessage firstRequest() {
        lock.lock();
        try {
            end = Deadline.after(ticker, cap);
            due = Deadline.after(ticker, Durations.part(step, 2));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return SystemdMessage.extendTimeout(Durations.least(step, cap));
    }

    /**
     * Creates the thread that sends the further requests, unless there is one; before the stop it only waits. To be called
     * while all is well, since a process in trouble may get no thread; then it is called again with the stop.
     */
    void start() {
        lock.lock();
        try {
            if (!started && !ended) {
                NamedThreads.daemon("systemd-extend", this).start();
                started = true;
            }
        } catch (Throwable noThread) {
            log.warn("systemd: no more time can be asked for: cannot create thread", noThread);
        } finally {
            lock.unlock();
        }
    }

    /** Something has been finished. */
    void progress() {
        lock.lock();
        try {
            progress = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the requests, and returns a last one for what the process still does until it is gone, if the cap allows. */
    Optional<SystemdMessage> finish() {
        lock.lock();
        try {
            boolean stopping = end != null && !ended;
            ended = true;
            changed.signalAll();
            return stopping ? next() : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        for (Optional<SystemdMessage> request = awaitDue(); request.isPresent(); request = awaitDue()) {
            if (!isSent(request.get())) {
                progress(); // not asked yet
            }
        }
    }

    private boolean isSent(SystemdMessage request) {
        try {
            return !notifier.send(request).isFailed();
        } catch (Throwable t) { // of an appender of the log, or for want of memory: the next one may do better
            return false;
        }
    }

    /** Empty once it is over, or all that the cap allows has been asked for. */
    private Optional<SystemdMessage> awaitDue() {
        lock.lock();
        try {
            while (!ended && !(progress && due != null && due.isExpired())) {
                try {
                    if (progress && due != null) {
                        ticker.await(lock, changed, due.remainingNanos());
                    } else {
                        changed.await();
                    }
                } catch (InterruptedException ignored) {
                    // nobody does; the time is needed all the same
                }
            }
            if (ended) {
                return Optional.empty();
            }
            progress = false;
            due = Deadline.after(ticker, Durations.part(step, 2));
            Optional<SystemdMessage> request = next();
            if (request.isEmpty()) {
                log.info("systemd: no more time is asked for, {} have been", Durations.text(cap));
            }
            return request;
        } finally {
            lock.unlock();
        }
    }

    /** A request for one step, or for what is left of the cap. */
    private Optional<SystemdMessage> next() {
        Duration left = end == null ? Duration.ZERO : end.remaining();
        Duration asked = Durations.least(step, left);
        return asked.isZero() ? Optional.empty() : Optional.of(SystemdMessage.extendTimeout(asked));
    }
}
