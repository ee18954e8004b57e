package io.github.shutdown4j.reload;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** One subscriber of a reloader and the last call it got. Called by one reload at a time, closed by anybody. */
final class ReloadSubscriber {

    private final String name;
    private final CheckedRunnable action;
    private final Ticker ticker;
    private volatile boolean open = true;
    private @Nullable ReloadCall last;

    ReloadSubscriber(String name, CheckedRunnable action, Ticker ticker) {
        this.name = name;
        this.action = action;
        this.ticker = ticker;
    }

    String name() {
        return name;
    }

    boolean isOpen() {
        return open;
    }

    void close() {
        open = false;
    }

    /** Calls it, unless an earlier reload has left it behind in a call: nobody is called twice at once. */
    StepResult call(Duration startedAfter, Duration limit) {
        ReloadCall former = last;
        if (former != null && !former.isOver()) {
            return StepResult.skipped(
                    name, startedAfter, "still busy with an earlier reload, for " + Durations.text(former.age()));
        }
        ReloadCall turn = new ReloadCall(name, action, ticker);
        last = turn;
        return turn.run(startedAfter, limit);
    }
}
