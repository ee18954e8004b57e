package io.github.shutdown4j.systemd;

import java.util.OptionalInt;

import io.github.shutdown4j.internal.Checks;

/**
 * The result of a notification. Failures are results and not exceptions, because a service must not fail if its supervisor
 * does not receive notifications.
 *
 * <pre>{@code
 * if (systemd.barrier(Duration.ofSeconds(5)) instanceof NotifyResult.Failed failed) {
 *     System.err.println("systemd may have missed a message: " + failed.why());
 * }
 * }</pre>
 */
public sealed interface NotifyResult {

    /**
     * The datagram is in the queue of systemd. Whether systemd accepts it is unknown, because it never responds and drops
     * messages silently.
     */
    record Sent() implements NotifyResult {}

    /** There is no systemd to notify: {@code NOTIFY_SOCKET} is not set, or this is not Linux. */
    record NotUnderSystemd() implements NotifyResult {}

    /**
     * The message was not sent.
     *
     * @param why a one-line description
     * @param errno the error number of the failed system call; empty if there was none
     */
    record Failed(String why, OptionalInt errno) implements NotifyResult {
        public Failed {
            Checks.notBlank("why", why);
            Checks.notNull("errno", errno);
        }
    }

    /** Returns whether this is {@link Sent}. */
    default boolean isSent() {
        return this instanceof Sent;
    }

    /** Returns whether this is {@link Failed}. */
    default boolean isFailed() {
        return this instanceof Failed;
    }
}
