package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import io.github.shutdown4j.internal.Durations;

/** Records the restarts of one service and computes the delay of the next one, if it is allowed. */
final class RestartHistory {

    private final RestartPolicy policy;
    private final Deque<Long> recent = new ArrayDeque<>();
    private int consecutive;

    RestartHistory(RestartPolicy policy) {
        this.policy = policy;
    }

    /**
     * Records a failure.
     *
     * @param now the reading of the monotonic clock
     * @param readyFor the time for which the failed run was ready
     * @return the delay before the next start; empty if the service must not restart
     */
    Optional<Duration> afterFailure(long now, Duration readyFor) {
        if (readyFor.compareTo(policy.within()) >= 0) {
            consecutive = 0;
        }
        if (policy.maxRestarts() != Integer.MAX_VALUE) {
            while (!recent.isEmpty() && isPast(now - recent.getFirst())) {
                recent.removeFirst();
            }
            if (recent.size() >= policy.maxRestarts()) {
                return Optional.empty();
            }
            recent.addLast(now);
        }
        return Optional.of(delay(consecutive++));
    }

    /** The number of consecutive failures. */
    int consecutive() {
        return consecutive;
    }

    private boolean isPast(long ageNanos) {
        return Duration.ofNanos(ageNanos).compareTo(policy.within()) > 0;
    }

    private Duration delay(int failuresBefore) {
        double grown = seconds(policy.initialDelay()) * Math.pow(policy.multiplier(), failuresBefore);
        if (!(grown < seconds(policy.maxDelay()))) {
            return policy.maxDelay();
        }
        Duration delay = Duration.ofNanos(Math.round(grown * 1e9));
        return Durations.least(delay, policy.maxDelay());
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }
}
