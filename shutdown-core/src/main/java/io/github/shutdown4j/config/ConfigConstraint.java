package io.github.shutdown4j.config;

import java.time.Duration;

import io.github.shutdown4j.internal.Durations;

/** A constraint between two settings. Defaults always satisfy it. */
enum ConfigConstraint {
    DRAIN_WITHIN_TOTAL(ShutdownSetting.DRAIN_TIMEOUT, ConfigConstraint.AT_MOST, ShutdownSetting.TIMEOUT, ""),
    STOP_WITHIN_TOTAL(ShutdownSetting.STOP_TIMEOUT, ConfigConstraint.AT_MOST, ShutdownSetting.TIMEOUT, ""),
    SAVE_LEAVES_ROOM(ShutdownSetting.SAVE_TIMEOUT, ConfigConstraint.AT_MOST_A_THIRD, ShutdownSetting.TIMEOUT, ""),
    ANNOUNCE_LEAVES_ROOM(ShutdownSetting.ANNOUNCE_DELAY, ConfigConstraint.LESS, ShutdownSetting.TIMEOUT, ""),
    QUIET_WITHIN_ANNOUNCE(ShutdownSetting.ANNOUNCE_QUIET, ConfigConstraint.AT_MOST, ShutdownSetting.ANNOUNCE_DELAY, ""),
    HEARTBEAT_IN_TIME(
            ShutdownSetting.WATCHDOG_INTERVAL,
            ConfigConstraint.LESS,
            ShutdownSetting.WATCHDOG_TIMEOUT,
            ", and should be at most half of it");

    private static final String LESS = "must be less than ";
    private static final String AT_MOST = "must not be more than ";
    private static final String AT_MOST_A_THIRD = "must not be more than a third of ";

    private final ShutdownSetting subject;
    private final String relation;
    private final ShutdownSetting bound;
    private final String advice;

    ConfigConstraint(ShutdownSetting subject, String relation, ShutdownSetting bound, String advice) {
        this.subject = subject;
        this.relation = relation;
        this.bound = bound;
        this.advice = advice;
    }

    /** Returns the setting that is reported if the constraint is violated. */
    ShutdownSetting subject() {
        return subject;
    }

    ShutdownSetting bound() {
        return bound;
    }

    boolean allows(Duration value, Duration limit) {
        Duration maximum = relation.equals(AT_MOST_A_THIRD) ? Durations.part(limit, 3) : limit;
        int order = value.compareTo(maximum);
        return relation.equals(LESS) ? order < 0 : order <= 0;
    }

    String demand() {
        return relation + bound.key();
    }

    /** Returns a recommendation beyond the constraint; may be empty. */
    String advice() {
        return advice;
    }
}
