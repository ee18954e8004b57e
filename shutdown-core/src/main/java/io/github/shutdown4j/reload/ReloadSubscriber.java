package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** A subscriber of a reloader and its last call. Called by one reload at a time; may be closed by any thread. */
final class ReloadSubscriber {

    private final String name;
    private final CheckedRunnable action;
    private final Ticker ticker;
    private volatile boolean open = true;
    private volatile @Nullable ReloadCall last;

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

    /** Whether the last call has not ended. */
    boolean isBusy() {
        ReloadCall call = last;
        return call != null && !call.isFinished();
    }

    /** The last calls that have not ended, oldest first. */
    static List<UnfinishedWork> unfinished(List<ReloadSubscriber> subscribers, int limit) {
        return subscribers.stream()
                .flatMap(subscriber -> Stream.ofNullable(subscriber.last))
                .flatMap(call -> call.unfinished().stream())
                .sorted(Comparator.comparing(UnfinishedWork::age, Comparator.reverseOrder()))
                .limit(limit)
                .toList();
    }

    /** Calls the subscriber, unless an abandoned call of an earlier reload is still running: calls never overlap. */
    StepResult call(Duration startedAfter, Duration limit) {
        ReloadCall previous = last;
        if (previous != null && !previous.isFinished()) {
            return StepResult.skipped(
                    name, startedAfter, "still busy with an earlier reload, for " + Durations.text(previous.age()));
        }
        ReloadCall call = new ReloadCall(name, action, ticker);
        last = call;
        return call.run(startedAfter, limit);
    }
}
