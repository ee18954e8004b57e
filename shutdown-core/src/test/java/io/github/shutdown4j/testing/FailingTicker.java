package io.github.shutdown4j.testing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.internal.TickerHolder;

/** The clock of the JVM; one reading or wait on one thread fails with an error, as any code that needs memory may. */
public final class FailingTicker implements Ticker {

    private final AtomicInteger readingsLeft = new AtomicInteger();
    private volatile String thread = "";
    private final AtomicReference<String> waiting = new AtomicReference<>("");

    /** Makes reading number {@code reading} from now fail on the thread with this name. */
    public void failAt(String threadName, int reading) {
        readingsLeft.set(reading);
        thread = threadName;
    }

    /** Makes the next wait of the thread with this name fail. */
    public void failNextWaitOf(String threadName) {
        waiting.set(threadName);
    }

    /** Whether that wait has happened. */
    public boolean waitHasFailed() {
        return waiting.get().isEmpty();
    }

    /** Whether that reading has happened. */
    public boolean hasFailed() {
        return readingsLeft.get() <= 0;
    }

    /** Runs {@code maker}, whose result keeps this clock. */
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
        String name = Thread.currentThread().getName();
        String failing = waiting.get();
        if (name.equals(failing) && waiting.compareAndSet(failing, "")) {
            throw new InternalError("pretended");
        }
        Ticker.system().await(lock, condition, nanos);
    }
}
