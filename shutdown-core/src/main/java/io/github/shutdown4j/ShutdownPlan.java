package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.resources.PlannedResource;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * The steps of a shutdown before it happens: phases, their steps in order, limits and the worst case, and the maximum
 * duration of the start. A snapshot; it does not contain resources that are registered later.
 *
 * <pre>{@code
 * System.out.println(coordinator.plan().toText());
 * coordinator.plan().warnings().forEach(System.err::println);
 * }</pre>
 *
 * @param maxStartTime the duration of the start if each service uses its whole start timeout; zero without services
 * @param startChain the longest chain of services that start one after another, which {@code maxStartTime} adds up; see
 *     {@link ServiceGroup#longestStartChain}
 * @param phases all phases, in order
 * @param worstCase the time from the request to the end of the last phase if each phase uses its whole limit
 * @param haltAfter the time from the request until the JVM is halted; empty if it is never halted
 * @param warnings one sentence for each contradiction between settings, services and resources
 */
public record ShutdownPlan(
        Duration maxStartTime,
        List<String> startChain,
        List<PlannedPhase> phases,
        Duration worstCase,
        Optional<Duration> haltAfter,
        List<String> warnings) {

    /**
     * One phase of the plan.
     *
     * @param phase the phase
     * @param limit its maximum duration; the common deadline may leave it less
     * @param steps one line for each step; steps that start at the same time have the same number
     */
    public record PlannedPhase(ShutdownPhase phase, Duration limit, List<String> steps) {
        public PlannedPhase {
            Checks.notNull("phase", phase);
            Checks.notNegative("limit", limit);
            steps = Checks.listOf("steps", steps);
        }
    }

    public ShutdownPlan {
        Checks.notNegative("maxStartTime", maxStartTime);
        startChain = Checks.listOf("startChain", startChain);
        phases = Checks.listOf("phases", phases);
        Checks.notNegative("worstCase", worstCase);
        Checks.notNull("haltAfter", haltAfter);
        warnings = Checks.listOf("warnings", warnings);
    }

    static ShutdownPlan of(CoordinatorComponents components) {
        PhaseBudgets budgets = components.budgets();
        List<PlannedPhase> phases = new ArrayList<>();
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            phases.add(new PlannedPhase(phase, limit(components, budgets, phase), steps(components, phase)));
        }
        return new ShutdownPlan(
                components.services().maxStartTime(components.config().startTimeout()),
                components.services().longestStartChain(),
                phases,
                worstCase(components),
                haltAfter(components),
                PlanValidator.of(components));
    }

    static Duration worstCase(CoordinatorComponents components) {
        PhaseBudgets budgets = components.budgets();
        Duration sum = Duration.ZERO;
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            sum = sum.plus(limit(components, budgets, phase));
        }
        return Durations.least(sum, budgets.total());
    }

    static Optional<Duration> haltAfter(CoordinatorComponents components) {
        ShutdownConfig config = components.config();
        boolean halts = config.forceQuit() && components.exitMode() != ExitMode.EMBEDDED;
        return halts ? Optional.of(config.timeout().plus(config.forceDelay())) : Optional.empty();
    }

    private static Duration limit(CoordinatorComponents components, PhaseBudgets budgets, ShutdownPhase phase) {
        boolean nothingToDo =
                switch (phase) {
                    case STOP -> components.services().names().isEmpty();
                    case DRAIN -> components.trackers().isEmpty();
                    case RELEASE -> components.resources().plan().isEmpty();
                    case ANNOUNCE, SAVE, FINAL_SAVE -> false;
                };
        return nothingToDo ? Duration.ZERO : budgets.cap(phase);
    }

    private static List<String> steps(CoordinatorComponents components, ShutdownPhase phase) {
        return switch (phase) {
            case ANNOUNCE -> List.of();
            case STOP ->
                components.services().names().stream()
                        .map(name -> "1. service '" + name + "'")
                        .toList();
            case DRAIN ->
                components.trackers().stream()
                        .map(tracker -> "1. '" + tracker.name() + "'"
                                + tracker.drainTimeout()
                                        .map(limit -> ", at most " + Durations.text(limit))
                                        .orElse(""))
                        .toList();
            case SAVE, FINAL_SAVE ->
                components.checkpoints().stream()
                        .map(checkpoint -> "1. '" + checkpoint.name() + "'")
                        .toList();
            case RELEASE -> releases(components.resources().plan());
        };
    }

    private static List<String> releases(List<List<PlannedResource>> groups) {
        List<String> lines = new ArrayList<>();
        int number = 1;
        for (List<PlannedResource> group : groups) {
            for (PlannedResource release : group) {
                String after = release.after().isEmpty() ? "" : ", after " + String.join(", ", release.after());
                lines.add(number + ". '" + release.name() + "', priority " + release.priority() + after + ", at most "
                        + Durations.text(release.limit()));
            }
            number++;
        }
        return lines;
    }

    /** Returns the plan as text, one line for each phase, step and warning. */
    public String toText() {
        StringBuilder text = new StringBuilder("Shutdown plan: at most ").append(Durations.text(worstCase));
        haltAfter.ifPresent(end -> text.append(", halted after ").append(Durations.text(end)));
        if (startChain.size() > 1) {
            OneLine.append(
                    text,
                    "  start: at most " + Durations.text(maxStartTime) + ", one after another: "
                            + OneLine.keepingBlanks(String.join(", ", startChain)));
        }
        for (PlannedPhase planned : phases) {
            String limit = planned.limit().isZero() ? "nothing to do" : "at most " + Durations.text(planned.limit());
            OneLine.append(text, "  " + planned.phase().label() + ": " + limit);
            planned.steps().forEach(step -> OneLine.append(text, "    " + OneLine.keepingBlanks(step)));
        }
        warnings.forEach(warning -> OneLine.append(text, "  warning: " + OneLine.keepingBlanks(warning)));
        return text.toString();
    }
}
