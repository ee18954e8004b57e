package io.github.shutdown4j.systemd;

import java.util.OptionalInt;

import io.github.shutdown4j.internal.Checks;

/**
 * What became of a notification; one of three outcomes. None of them is an exception, since a service must not die of
 * a supervisor that does not listen.
 */
public sealed interface NotifyResult {

    /**
     * The datagram is in systemd's queue. Whether systemd likes it cannot be known: it never answers, and drops what it
     * does not accept.
     */
    record Sent() implements NotifyResult {}

    /** Nobody wants to be notified: {@code NOTIFY_SOCKET} is not set, or this is not Linux. */
    record NotUnderSystemd() implements NotifyResult {}

    /**
     * It was not sent.
     *
     * @param why for people, one line
     * @param errno the error number of the system call that failed; empty if it did not come to one
     */
    record Failed(String why, OptionalInt errno) implements NotifyResult {
        public Failed {
            Checks.notBlank("why", why);
            Checks.notNull("errno", errno);
        }
    }

    /** Whether this is {@link Sent}. */
    default boolean isSent() {
        return this instanceof Sent;
    }

    /** Whether this is {@link Failed}. */
    default boolean isFailed() {
        return this instanceof Failed;
    }
}
