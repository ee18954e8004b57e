package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;

/** Runs the onDrain callbacks of a drain, evenly distributed over a duration or all at once. */
final class CallbackPacer {

    /** Callbacks that are due within one interval run together. */
    private static final Duration INTERVAL = Duration.ofMillis(10);

    private final String name;
    private final ComponentLogger log;
    private final Duration spread;
    private final Ticker ticker;

    /** @param name the name of the tracker */
    CallbackPacer(String name, Duration spread, Ticker ticker) {
        this.name = name;
        this.log = new ComponentLogger(ConnectionTracker.class, "tracker '" + name + "'");
        this.spread = spread;
        this.ticker = ticker;
    }

    /**
     * Runs the callbacks on the calling thread if no pacing is configured; otherwise on a thread of its own, over the
     * configured duration but at most {@code limit}.
     */
    void run(List<Runnable> callbacks, Duration limit) {
        Duration duration = Durations.least(spread, limit);
        if (duration.isZero() || callbacks.size() < 2) {
            runAtOnce(callbacks);
            return;
        }
        try {
            NamedThreads.daemon("tracker-" + name + "-spread", () -> runPaced(callbacks, duration))
                    .start();
        } catch (OutOfMemoryError outOfMemory) {
            try { // the line needs memory, too
                log.warn("cannot create a thread to pace {} onDrain callbacks, calling them at once", callbacks.size());
            } finally {
                runAtOnce(callbacks);
            }
        }
    }

    private static void runAtOnce(List<Runnable> callbacks) {
        for (Runnable callback : callbacks) { // forEach would link a method reference
            callback.run();
        }
    }

    private void runPaced(List<Runnable> callbacks, Duration duration) {
        Deadline end = Deadline.after(ticker, duration);
        double nanos = Durations.nanos(duration);
        Sleeper sleeper = new Sleeper(ticker);
        int done = 0;
        while (done < callbacks.size()) {
            double elapsedFraction = 1 - Math.max(0, end.remainingNanos()) / nanos;
            int due = Math.min(callbacks.size(), 1 + (int) (elapsedFraction * callbacks.size()));
            for (; done < due; done++) {
                callbacks.get(done).run();
            }
            try {
                if (done < callbacks.size()) {
                    sleeper.sleep(end.cappedAt(INTERVAL).remaining());
                }
            } catch (InterruptedException unexpected) {
                // The library never interrupts this thread, and no caller has a reference to it.
            } catch (RuntimeException | Error tooLittleMemory) {
                Ticker.pause();
            }
        }
    }
}
