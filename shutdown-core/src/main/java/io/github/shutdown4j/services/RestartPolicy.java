package io.github.shutdown4j.services;

import java.time.Duration;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;

/**
 * Defines how often and with which delays a failed service is restarted.
 *
 * <p>The delay is {@code initialDelay} after the first failure and is multiplied by {@code multiplier} after each further
 * one, up to {@code maxDelay}. It starts from {@code initialDelay} again after a run that was ready for {@code within}.
 *
 * <pre>{@code
 * RestartPolicy.upTo(5, Duration.ofMinutes(1)).withBackoff(Duration.ofMillis(100), Duration.ofSeconds(10), 2)
 * }</pre>
 *
 * @param maxRestarts the maximum number of restarts during the time {@code within} before a failure; the next failure is
 *     final. {@link Integer#MAX_VALUE} means no limit
 * @param within the time over which restarts are counted
 * @param initialDelay the delay after the first failure
 * @param maxDelay the maximum delay
 * @param multiplier the growth of the delay, at least 1
 */
public record RestartPolicy(
        int maxRestarts, Duration within, Duration initialDelay, Duration maxDelay, double multiplier) {

    public RestartPolicy {
        Checks.atLeast("maxRestarts", maxRestarts, 1);
        Checks.positive("within", within);
        Checks.positive("initialDelay", initialDelay);
        Checks.positive("maxDelay", maxDelay);
        if (maxDelay.compareTo(initialDelay) < 0) {
            throw new IllegalArgumentException("maxDelay must be at least initialDelay (" + Durations.text(initialDelay)
                    + "), was " + Durations.text(maxDelay));
        }
        if (!(multiplier >= 1) || Double.isInfinite(multiplier)) {
            throw new IllegalArgumentException("multiplier must be at least 1 and finite, was " + multiplier);
        }
    }

    /** Returns a policy of at most {@code maxRestarts} within a time, after delays of 100 ms, 200 ms and so on, up to 30 s. */
    public static RestartPolicy upTo(int maxRestarts, Duration within) {
        return new RestartPolicy(maxRestarts, within, Duration.ofMillis(100), Duration.ofSeconds(30), 2);
    }

    /** Returns a policy without a limit; the delays are 100 ms, 200 ms and so on, up to 30 s, and start again after a minute. */
    public static RestartPolicy unlimited() {
        return upTo(Integer.MAX_VALUE, Duration.ofMinutes(1));
    }

    /** Returns this policy with other delays. */
    public RestartPolicy withBackoff(Duration initialDelay, Duration maxDelay, double multiplier) {
        return new RestartPolicy(maxRestarts, within, initialDelay, maxDelay, multiplier);
    }
}
