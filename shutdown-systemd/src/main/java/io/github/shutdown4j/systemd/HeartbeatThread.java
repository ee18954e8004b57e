package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;

/**
 * Sends heartbeats at a fixed interval, the first one at once, until {@link #end}. Interrupts are ignored, and a failed
 * heartbeat does not affect the next one.
 */
final class HeartbeatThread implements Runnable {

    /** Sends one heartbeat. */
    interface Heartbeat {
        void send() throws InterruptedException;
    }

    private final Ticker ticker;
    private final long interval;
    private final Heartbeat heartbeat;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean ended;

    HeartbeatThread(Ticker ticker, Duration interval, Heartbeat heartbeat) {
        this.ticker = ticker;
        this.interval = interval.toNanos();
        this.heartbeat = heartbeat;
    }

    void start() {
        NamedThreads.daemon("systemd-watchdog", this).start();
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        long due = ticker.nanoTime();
        boolean failed = false;
        while (awaitDue(due)) {
            try {
                heartbeat.send();
                failed = false;
            } catch (Throwable t) { // out of memory, for example
                if (!failed) {
                    SystemdWatchdog.LOG.error("a heartbeat failed with an internal error, continuing", t);
                }
                failed = true;
            }
            due += interval;
            long now = ticker.nanoTime();
            if (due - now < 0) {
                due = now + interval; // the process was suspended: send one at once, then continue as before
            }
        }
    }

    /** Returns false if heartbeats have ended. */
    private boolean awaitDue(long due) {
        lock.lock();
        try {
            long left = due - ticker.nanoTime();
            while (!ended && left > 0) {
                try {
                    ticker.awaitOrPause(lock, changed, left);
                } catch (InterruptedException ignored) {
                    // systemd expects the next heartbeat anyway
                }
                left = due - ticker.nanoTime();
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }
}
