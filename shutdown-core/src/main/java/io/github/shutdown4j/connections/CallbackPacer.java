package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;

/** Sends the notices of a drain evenly over a time, or all at once. */
final class CallbackPacer {

    /** What is due within a beat is sent together. */
    private static final Duration BEAT = Duration.ofMillis(10);

    private final String name;
    private final ComponentLogger log;
    private final Duration spread;
    private final Ticker ticker;

    /** @param name the tracker's */
    CallbackPacer(String name, Duration spread, Ticker ticker) {
        this.name = name;
        this.log = new ComponentLogger(ConnectionTracker.class, "tracker '" + name + "'");
        this.spread = spread;
        this.ticker = ticker;
    }

    /** Sends them all on the caller's thread, or over the time, but no more than {@code most}, on one of its own. */
    void run(List<Runnable> notices, Duration most) {
        Duration over = Durations.least(spread, most);
        if (over.isZero() || notices.size() < 2) {
            for (Runnable notice : notices) {
                notice.run();
            }
            return;
        }
        try {
            NamedThreads.daemon(name + "-spread", () -> sendOver(notices, over)).start();
        } catch (OutOfMemoryError noThread) {
            log.warn("no thread to spread {} onDrain callbacks, calling them at once", notices.size());
            notices.forEach(Runnable::run);
        }
    }

    private void sendOver(List<Runnable> notices, Duration over) {
        Deadline end = Deadline.after(ticker, over);
        Sleeper pause = new Sleeper(ticker);
        int sent = 0;
        while (sent < notices.size()) {
            double passed = 1 - (double) Math.max(0, end.remainingNanos()) / over.toNanos();
            int due = Math.min(notices.size(), 1 + (int) (passed * notices.size()));
            for (; sent < due; sent++) {
                notices.get(sent).run();
            }
            try {
                if (sent < notices.size()) {
                    pause.sleep(end.cappedAt(BEAT).remaining());
                }
            } catch (InterruptedException meantForNobody) {
                // This thread is not handed out: go on.
            }
        }
    }
}
