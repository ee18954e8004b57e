package io.github.shutdown4j.services;

import java.time.Duration;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Durations;

/**
 * How a service that fails is started again: after a delay that grows from failure to failure, and not too often.
 *
 * <p>The delay is {@code initialDelay} after the first failure, {@code multiplier} times the last one after each further
 * failure, never more than {@code maxDelay}. It begins anew once a run has been ready for as long as {@code within}.
 *
 * @param maxRestarts how many restarts there may be {@code within} that time, counted back from each failure; a failure
 *     after so many is final. {@link Integer#MAX_VALUE} means no limit
 * @param within the time over which restarts are counted
 * @param initialDelay the first delay
 * @param maxDelay the longest delay
 * @param multiplier by how much the delay grows, at least 1
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

    /** At most so many restarts within that time, after delays of 100 ms, 200 ms and so on, up to 30 s. */
    public static RestartPolicy upTo(int maxRestarts, Duration within) {
        return new RestartPolicy(maxRestarts, within, Duration.ofMillis(100), Duration.ofSeconds(30), 2);
    }

    /** Restarts without limit, after delays of 100 ms, 200 ms and so on, up to 30 s, anew after a good minute. */
    public static RestartPolicy unlimited() {
        return upTo(Integer.MAX_VALUE, Duration.ofMinutes(1));
    }

    /** The same limit with these delays. */
    public RestartPolicy backoff(Duration initialDelay, Duration maxDelay, double multiplier) {
        return new RestartPolicy(maxRestarts, within, initialDelay, maxDelay, multiplier);
    }
}
