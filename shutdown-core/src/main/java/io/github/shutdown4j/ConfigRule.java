package io.github.shutdown4j;

import java.time.Duration;

/** What two settings must agree on. Defaults always do, whatever they are derived from. */
enum ConfigRule {
    DRAIN_WITHIN_TOTAL(ShutdownSetting.DRAIN_TIMEOUT, Relation.AT_MOST, ShutdownSetting.TIMEOUT, ""),
    STOP_WITHIN_TOTAL(ShutdownSetting.STOP_TIMEOUT, Relation.AT_MOST, ShutdownSetting.TIMEOUT, ""),
    SAVE_LEAVES_ROOM(ShutdownSetting.SAVE_TIMEOUT, Relation.AT_MOST_A_THIRD, ShutdownSetting.TIMEOUT, ""),
    ANNOUNCE_LEAVES_ROOM(ShutdownSetting.ANNOUNCE_DELAY, Relation.LESS, ShutdownSetting.TIMEOUT, ""),
    QUIET_WITHIN_ANNOUNCE(ShutdownSetting.ANNOUNCE_QUIET, Relation.AT_MOST, ShutdownSetting.ANNOUNCE_DELAY, ""),
    HEARTBEAT_IN_TIME(
            ShutdownSetting.WATCHDOG_INTERVAL,
            Relation.LESS,
            ShutdownSetting.WATCHDOG_TIMEOUT,
            ", and should be at most half of it");

    private enum Relation {
        LESS("must be less than ", 1),
        AT_MOST("must not be more than ", 1),
        AT_MOST_A_THIRD("must not be more than a third of ", 3);

        private final String text;
        private final int factor;

        Relation(String text, int factor) {
            this.text = text;
            this.factor = factor;
        }
    }

    private final ShutdownSetting subject;
    private final Relation relation;
    private final ShutdownSetting bound;
    private final String advice;

    ConfigRule(ShutdownSetting subject, Relation relation, ShutdownSetting bound, String advice) {
        this.subject = subject;
        this.relation = relation;
        this.bound = bound;
        this.advice = advice;
    }

    /** The setting that is wrong if they disagree. */
    ShutdownSetting subject() {
        return subject;
    }

    ShutdownSetting bound() {
        return bound;
    }

    boolean allows(Duration value, Duration limit) {
        int order = value.multipliedBy(relation.factor).compareTo(limit);
        return relation == Relation.LESS ? order < 0 : order <= 0;
    }

    String demand() {
        return relation.text + bound.key();
    }

    /** What would be good beyond what must be; may be empty. */
    String advice() {
        return advice;
    }
}
