package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

/** Calls the subscribers one after another and collects the results. */
final class ReloadRun {

    private final Duration limit;
    private final Ticker ticker;
    private final Reloader reloader;

    /** Skips the remaining subscribers once {@code reloader} is stopping. */
    ReloadRun(Duration limit, Ticker ticker, Reloader reloader) {
        this.limit = limit;
        this.ticker = ticker;
        this.reloader = reloader;
    }

    ReloadReport run(String requestedBy, List<ReloadSubscriber> subscribers) {
        long from = ticker.nanoTime();
        Reloader.LOG.info("started, requested by {}", requestedBy);
        List<StepResult> steps = new ArrayList<>();
        for (ReloadSubscriber subscriber : subscribers) {
            Duration startedAfter = ticker.since(from);
            if (reloader.isStopping()) {
                steps.add(StepResult.skipped(subscriber.name(), startedAfter, "shutting down"));
            } else if (subscriber.isOpen()) {
                StepResult step = subscriber.call(startedAfter, limit);
                logUnlessDone(step);
                steps.add(step);
                reloader.notifyListeners(listener -> listener.onReloadStep(step));
            }
        }
        ReloadReport report = new ReloadReport(requestedBy, ticker.since(from), steps);
        Reloader.LOG.info(
                "ended after {}, {} of {} subscribers succeeded",
                Durations.text(report.elapsed()),
                steps.stream().filter(s -> s.outcome() == Outcome.DONE).count(),
                steps.size());
        return report;
    }

    private static void logUnlessDone(StepResult step) {
        if (step.outcome() == Outcome.FAILED) {
            Reloader.LOG.warn("'{}' failed", step.name(), step.failure().orElse(null));
        } else if (step.outcome() == Outcome.SKIPPED) {
            Reloader.LOG.warn("'{}' skipped: {}", step.name(), step.detail());
        } else if (step.outcome() == Outcome.TIMED_OUT) {
            StringBuilder stack = new StringBuilder();
            step.unfinished().forEach(work -> stack.append(work.text()));
            Reloader.LOG.warn(
                    "'{}' did not end within {}, {}: {}",
                    step.name(),
                    Durations.text(step.elapsed()),
                    step.detail(),
                    stack);
        }
    }
}
