package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownSetting;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.resources.PlannedResource;

/** Finds contradictions in a plan. */
final class PlanValidator {

    private static final ComponentLogger PLAN_LOG = new ComponentLogger(ShutdownCoordinator.class, "Shutdown plan");

    private PlanValidator() {}

    /** Logs the warnings of {@link #atStart}. */
    static void warn(CoordinatorComponents components) {
        warnOfNew(components, List.of());
    }

    /** Logs the warnings of {@link #atStart} that are not among the given ones. */
    static void warnOfNew(CoordinatorComponents components, List<String> logged) {
        for (String warning : atStart(components)) {
            if (!logged.contains(warning)) {
                PLAN_LOG.warn("{}", warning);
            }
        }
    }

    static List<String> of(CoordinatorComponents components) {
        List<String> warnings = atStart(components);
        for (List<PlannedResource> group : components.resources().plan()) {
            for (PlannedResource release : group) {
                if (!release.warning().isEmpty()) {
                    warnings.add("resource '" + release.name() + "' " + release.warning());
                }
            }
        }
        return warnings;
    }

    /**
     * Returns the warnings to log at the start, without those about single resources, which were logged when these were
     * registered. Every start passes here, so checks that cannot fail are skipped.
     */
    static List<String> atStart(CoordinatorComponents components) {
        List<String> warnings = new ArrayList<>();
        Optional<Duration> grace = components.config().gracePeriod();
        if (grace.isPresent()) {
            compare(grace.get(), ShutdownPlan.worstCase(components), ShutdownPlan.haltAfter(components), warnings);
        }
        if (isAnySet(
                components.config(), ShutdownSetting.DRAIN_TIMEOUT, ShutdownSetting.SAVE_TIMEOUT)) { // else all fits
            warnOfCutDrain(components, warnings);
        }
        if (components.resources().hasOrder()) {
            ofResources(components.resources().plan(), warnings);
        }
        return warnings;
    }

    private static boolean isAnySet(ShutdownConfig config, ShutdownSetting... settings) {
        for (ShutdownSetting setting : settings) {
            if (config.isSet(setting)) {
                return true;
            }
        }
        return false;
    }

    private static void compare(
            Duration grace, Duration worstCase, Optional<Duration> haltAfter, List<String> warnings) {
        if (worstCase.compareTo(grace) >= 0) {
            warnings.add("the shutdown may take " + Durations.text(worstCase) + ", but the platform kills the process "
                    + Durations.text(grace)
                    + " after the request; lower shutdown.timeout_secs or raise the platform's grace period");
        } else if (haltAfter.isPresent() && haltAfter.get().compareTo(grace) >= 0) {
            warnings.add("an exit that hangs is halted after " + Durations.text(haltAfter.get())
                    + ", but the platform kills the process " + Durations.text(grace)
                    + " after the request; lower shutdown.force_delay_secs or raise the platform's grace period");
        }
    }

    private static void warnOfCutDrain(CoordinatorComponents components, List<String> warnings) {
        Duration wanted = components.config().drainTimeout();
        Duration possible = components.budgets().cap(ShutdownPhase.DRAIN);
        if (possible.compareTo(wanted) < 0) {
            warnings.add("shutdown.drain_timeout_secs is " + Durations.text(wanted) + ", but the drain can have "
                    + Durations.text(possible) + " at most: the rest of the "
                    + Durations.text(components.config().timeout())
                    + " is reserved for saving and releasing");
        }
    }

    private static void ofResources(List<List<PlannedResource>> groups, List<String> warnings) {
        for (List<PlannedResource> group : groups) {
            for (PlannedResource release : group) {
                for (String missing : release.missing()) {
                    warnings.add("resource '" + release.name() + "' is to be released after '" + missing
                            + "', but no such resource is registered");
                }
            }
        }
    }
}
