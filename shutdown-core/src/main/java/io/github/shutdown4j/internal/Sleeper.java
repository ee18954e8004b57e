package io.github.shutdown4j.internal;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Sleeps for a duration on a ticker, also while there is no memory for a wait. */
public final class Sleeper {

    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition never = lock.newCondition();

    public Sleeper(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Sleeps until {@code duration} has elapsed. */
    public void sleep(Duration duration) throws InterruptedException {
        Deadline end = Deadline.after(ticker, duration);
        lock.lock();
        try {
            while (!end.isExpired()) {
                ticker.awaitOrPause(lock, never, end.remainingNanos());
            }
        } finally {
            lock.unlock();
        }
    }
}
