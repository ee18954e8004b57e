package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Durations;

/**
 * How often systemd wants to hear from this process, and how often it will.
 *
 * @param limit the {@code WatchdogSec=} of the unit
 * @param interval from one heartbeat to the next
 */
record WatchdogLimit(Duration limit, Duration interval) {

    private static final Logger log = LoggerFactory.getLogger(WatchdogLimit.class);
    private static final Duration MOST = Duration.ofDays(365);
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(1);

    /** How long a health check may think, without which two heartbeats could be too far apart. */
    Duration patience() {
        return limit.dividedBy(4);
    }

    /**
     * Reads the environment; empty, with a line in the log that says why, if there is no watchdog for this process.
     *
     * @param interval what the configuration wants; counts only if it is shorter
     * @param expected what the configuration takes for the limit; only compared
     */
    static Optional<WatchdogLimit> from(
            SystemdEnvironment environment, @Nullable Duration interval, @Nullable Duration expected) {
        Optional<String> usec = environment.value(SystemdEnvironment.WATCHDOG_USEC);
        if (usec.isEmpty()) {
            log.info("systemd: no watchdog, the unit has no WatchdogSec=");
            return Optional.empty();
        }
        Optional<String> pid = environment.value(SystemdEnvironment.WATCHDOG_PID);
        if (pid.isPresent() && !pid.get().equals(Long.toString(environment.pid()))) {
            tellOtherProcess(environment, pid.get());
            return Optional.empty();
        }
        Optional<Duration> limit = micros(usec.get());
        if (limit.isEmpty()) {
            log.warn("systemd: no watchdog, WATCHDOG_USEC must be a number of microseconds, was \"{}\"", usec.get());
            return Optional.empty();
        }
        return Optional.of(of(limit.get(), interval, expected));
    }

    private static void tellOtherProcess(SystemdEnvironment environment, String pid) {
        String text = "systemd: no watchdog, WATCHDOG_PID is \"{}\" and this JVM is process {}: does the start script"
                + " end in 'exec java ...'?";
        if (environment.wrapperPid().isPresent()) {
            log.info(text, pid, environment.pid()); // the notifier has warned of the wrapper already
        } else {
            log.warn(text, pid, environment.pid());
        }
    }

    /** A little more often than at half of the limit, so that no pause of ours makes it less than half. */
    private static WatchdogLimit of(Duration limit, @Nullable Duration interval, @Nullable Duration expected) {
        Duration half = limit.dividedBy(2);
        Duration used = half.minus(half.dividedBy(25));
        List<String> contradictions = new ArrayList<>();
        if (expected != null && !expected.equals(limit)) {
            contradictions.add(
                    "the configured watchdog timeout is " + Durations.text(expected) + ", the unit's counts");
        }
        if (interval != null && interval.compareTo(half) > 0) {
            contradictions.add("the configured interval of " + Durations.text(interval) + " is more than half of it, "
                    + Durations.text(used) + " is used");
        } else if (interval != null && interval.compareTo(used) < 0) {
            used = interval;
        }
        if (!contradictions.isEmpty()) {
            log.warn(
                    "systemd: the unit has WatchdogSec={}, but {}",
                    Durations.text(limit),
                    String.join(", and ", contradictions));
        }
        return new WatchdogLimit(limit, used.compareTo(LEAST_INTERVAL) < 0 ? LEAST_INTERVAL : used);
    }

    /** Empty unless it is a decimal from 1 to 2^64-2. */
    private static Optional<Duration> micros(String text) {
        try {
            long micros = text.startsWith("+") ? 0 : Long.parseUnsignedLong(text);
            if (micros == 0 || micros == -1) {
                return Optional.empty();
            }
            boolean huge = Long.compareUnsigned(micros, MOST.toSeconds() * 1_000_000) > 0;
            return Optional.of(huge ? MOST : Duration.ofNanos(micros * 1000));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
