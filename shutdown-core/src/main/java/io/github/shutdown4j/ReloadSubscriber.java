package io.github.shutdown4j;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/** One subscriber of a reloader and the last call it got. Called by one reload at a time, closed by anybody. */
final class ReloadSubscriber {

    private final String name;
    private final Action action;
    private final Ticker ticker;
    private volatile boolean open = true;
    private @Nullable ReloadTurn last;

    ReloadSubscriber(String name, Action action, Ticker ticker) {
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
        ReloadTurn former = last;
        if (former != null && !former.isOver()) {
            return StepResult.skipped(
                    name, startedAfter, "still busy with an earlier reload, for " + Durations.text(former.age()));
        }
        ReloadTurn turn = new ReloadTurn(name, action, ticker);
        last = turn;
        return turn.run(startedAfter, limit);
    }
}
