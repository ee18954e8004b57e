package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.internal.Durations;

/**
 * One bar of a timeline: a phase, a step, or several steps combined into one.
 *
 * @param kind the kind of bar
 * @param name the name of the phase or step
 * @param start the time since the request
 * @param elapsed the duration
 * @param outcome the worst outcome of the bar
 * @param step the result, if the bar is a single step
 */
record TimelineSpan(
        Kind kind, String name, Duration start, Duration elapsed, Outcome outcome, Optional<StepResult> step) {

    enum Kind {
        PHASE,
        STEP,
        FOLDED
    }

    /** Orders by relevance: unsuccessful steps first, then long ones. */
    private static Comparator<TimelineSpan> byRelevance() {
        return Comparator.comparing(TimelineSpan::outcome)
                .thenComparing(TimelineSpan::elapsed)
                .reversed();
    }

    Duration end() {
        return start.plus(elapsed);
    }

    static TimelineSpan of(PhaseReport phase) {
        return new TimelineSpan(
                Kind.PHASE,
                phase.phase().label(),
                phase.startedAfter(),
                phase.elapsed(),
                phase.outcome(),
                Optional.empty());
    }

    /** Returns all steps of a phase in order. */
    static List<TimelineSpan> steps(PhaseReport phase) {
        return phase.steps().stream()
                .map(step -> new TimelineSpan(
                        Kind.STEP,
                        step.name(),
                        phase.startedAfter().plus(step.startedAfter()),
                        step.elapsed(),
                        step.outcome(),
                        Optional.of(step)))
                .toList();
    }

    /**
     * Returns the phase and its steps; of more than {@code most} steps, the least relevant are combined into the last
     * bar.
     */
    static List<TimelineSpan> folded(PhaseReport phase, int most) {
        List<TimelineSpan> spans = new ArrayList<>();
        spans.add(of(phase));
        List<TimelineSpan> steps = steps(phase);
        if (steps.size() <= most) {
            spans.addAll(steps);
            return spans;
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            order.add(i);
        }
        order.sort(Comparator.comparing(steps::get, byRelevance()));
        order.subList(0, most - 1).stream().sorted().map(steps::get).forEach(spans::add);
        spans.add(fold(
                order.subList(most - 1, order.size()).stream().map(steps::get).toList()));
        return spans;
    }

    private static TimelineSpan fold(List<TimelineSpan> steps) {
        Duration start =
                steps.stream().map(TimelineSpan::start).reduce(steps.get(0).start(), Durations::least);
        Duration end = steps.stream().map(TimelineSpan::end).reduce(start, TimelineSpan::most);
        Outcome outcome = steps.stream().map(TimelineSpan::outcome).reduce(Outcome.DONE, Outcome::worseOf);
        String name = "and " + steps.size() + " more";
        return new TimelineSpan(Kind.FOLDED, name, start, end.minus(start), outcome, Optional.empty());
    }

    /** Returns the time from the request to the last end; more than zero. */
    static Duration length(ShutdownReport report) {
        Duration length = most(report.elapsed(), Duration.ofNanos(1));
        for (PhaseReport phase : report.phases()) {
            length = most(length, of(phase).end());
            for (TimelineSpan step : steps(phase)) {
                length = most(length, step.end());
            }
        }
        return length;
    }

    private static Duration most(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
