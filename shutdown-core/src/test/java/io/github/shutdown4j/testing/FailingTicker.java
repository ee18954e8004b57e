package io.github.shutdown4j.testing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.internal.TickerHolder;

/** The clock of the JVM, of which one reading on one thread fails with an error, as any code may that needs memory. */
public final class FailingTicker implements Ticker {

    private final AtomicInteger readingsLeft = new AtomicInteger();
    private volatile String thread = "";

    /** Has reading number {@code reading} from now fail on the thread with this name. */
    public void failAt(String threadName, int reading) {
        readingsLeft.set(reading);
        thread = threadName;
    }

    /** Whether that reading has come. */
    public boolean hasFailed() {
        return readingsLeft.get() <= 0;
    }

    /** Has {@code maker} make something that keeps this clock. */
    public <T> T keptBy(Supplier<T> maker) {
        Ticker before = Ticker.current();
        TickerHolder.replace(this);
        try {
            return maker.get();
        } finally {
            TickerHolder.replace(before);
        }
    }

    @Override
    public long nanoTime() {
        if (Thread.currentThread().getName().equals(thread) && readingsLeft.decrementAndGet() == 0) {
            throw new InternalError("pretended"); // memory errors would end the test engine as well
        }
        return Ticker.system().nanoTime();
    }

    @Override
    public void await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        Ticker.system().await(lock, condition, nanos);
    }
}
