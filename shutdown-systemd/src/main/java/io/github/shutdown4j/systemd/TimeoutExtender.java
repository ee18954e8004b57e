package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Extends the stop timeout of systemd while the shutdown progresses, up to a cap. An extension counts from the arrival of the
 * message and is repeated after half of its length. If nothing has ended since the last one, it is sent when something does.
 */
final class TimeoutExtender implements Runnable {

    private final SystemdNotifier notifier;
    private final Ticker ticker;
    private final Duration step;
    private final Duration cap;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    /** The time at which the next extension is due; null before the stop. */
    private @Nullable Deadline due;
    /** The time at which extensions end; null before the stop. */
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
     * Called when the stop begins. Returns the first extension, to be sent together with STOPPING; the thread of {@link
     * #start} sends the others.
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
     * Creates the thread that sends further extensions, unless there is one; it waits until the stop. Called when the process
     * becomes ready, because later no thread may be available, and again at the stop.
     */
    void start() {
        lock.lock();
        try {
            if (!started && !ended) {
                NamedThreads.daemon("systemd-extend", this).start();
                started = true;
            }
        } catch (Throwable noThread) {
            SystemdListener.LOG.warn("the stop cannot be extended further: cannot create thread", noThread);
        } finally {
            lock.unlock();
        }
    }

    /** Records progress. */
    void progress() {
        lock.lock();
        try {
            progress = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the extensions, and returns a last one for the time until the exit, if the cap allows. */
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
                progress(); // try again
            }
        }
    }

    private boolean isSent(SystemdMessage request) {
        try {
            return !notifier.send(request).isFailed();
        } catch (Throwable t) { // out of memory, for example: the next one may succeed
            return false;
        }
    }

    /** Waits for the next extension; empty after the end or when the cap is reached. */
    private Optional<SystemdMessage> awaitDue() {
        lock.lock();
        try {
            while (!ended && !(progress && due != null && due.isExpired())) {
                try {
                    if (progress && due != null) {
                        ticker.awaitOrPause(lock, changed, due.remainingNanos());
                    } else {
                        Ticker.awaitOrPause(lock, changed);
                    }
                } catch (InterruptedException ignored) {
                    // the library never interrupts this thread; extensions are needed anyway
                }
            }
            if (ended) {
                return Optional.empty();
            }
            progress = false;
            due = Deadline.after(ticker, Durations.part(step, 2));
            Optional<SystemdMessage> request = next();
            if (request.isEmpty()) {
                SystemdListener.LOG.info(
                        "the stop is no longer extended, the maximum of {} is reached", Durations.text(cap));
            }
            return request;
        } finally {
            lock.unlock();
        }
    }

    /** Returns an extension of one step, or of the rest of the cap. */
    private Optional<SystemdMessage> next() {
        Duration left = end == null ? Duration.ZERO : end.remaining();
        Duration extension = Durations.least(step, left);
        return extension.isZero() ? Optional.empty() : Optional.of(SystemdMessage.extendTimeout(extension));
    }
}
