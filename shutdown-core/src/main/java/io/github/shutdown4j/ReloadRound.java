package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/** Gives each subscriber its turn, one after another, and writes down what became of it. */
final class ReloadRound {

    private static final Logger log = LoggerFactory.getLogger(Reloader.class);

    private final Duration limit;
    private final Ticker ticker;
    private final BooleanSupplier brokenOff;

    /** After {@code brokenOff} has become true the remaining subscribers are skipped. */
    ReloadRound(Duration limit, Ticker ticker, BooleanSupplier brokenOff) {
        this.limit = limit;
        this.ticker = ticker;
        this.brokenOff = brokenOff;
    }

    ReloadReport run(String by, List<ReloadSubscriber> subscribers) {
        long from = ticker.nanoTime();
        log.info("reload: begins, asked for by {}", by);
        List<StepResult> steps = new ArrayList<>();
        for (ReloadSubscriber subscriber : subscribers) {
            Duration startedAfter = Duration.ofNanos(ticker.nanoTime() - from);
            if (brokenOff.getAsBoolean()) {
                steps.add(StepResult.skipped(subscriber.name(), startedAfter, "shutting down"));
            } else if (subscriber.isOpen()) {
                StepResult step = subscriber.call(startedAfter, limit);
                sayIfNotDone(step);
                steps.add(step);
            }
        }
        ReloadReport report = new ReloadReport(by, Duration.ofNanos(ticker.nanoTime() - from), steps);
        log.info(
                "reload: ended after {}, {} of {} subscribers took it",
                Durations.text(report.elapsed()),
                steps.stream().filter(s -> s.outcome() == Outcome.DONE).count(),
                steps.size());
        return report;
    }

    private static void sayIfNotDone(StepResult step) {
        if (step.outcome() == Outcome.FAILED) {
            log.warn("reload: '{}' failed", step.name(), step.failure().orElse(null));
        } else if (step.outcome() == Outcome.SKIPPED) {
            log.warn("reload: '{}' skipped: {}", step.name(), step.detail());
        } else if (step.outcome() == Outcome.TIMED_OUT) {
            String stack = step.unfinished().stream().map(UnfinishedWork::text).collect(Collectors.joining());
            log.warn(
                    "reload: '{}' did not end within {}, {}: {}",
                    step.name(),
                    Durations.text(step.elapsed()),
                    step.detail(),
                    stack);
        }
    }
}
