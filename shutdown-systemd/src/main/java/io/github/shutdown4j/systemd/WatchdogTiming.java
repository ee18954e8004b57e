package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Durations;

/**
 * The timing of heartbeats.
 *
 * @param limit the {@code WatchdogSec=} of the unit
 * @param interval the time from one heartbeat to the next
 */
record WatchdogTiming(Duration limit, Duration interval) {

    private static final Duration MAX = Duration.ofDays(365);
    private static final Duration MIN_INTERVAL = Duration.ofMillis(1);

    /** The limit of a health check, so that two heartbeats are never too far apart. */
    Duration checkLimit() {
        return Durations.part(limit, 4);
    }

    /**
     * Reads the environment. If there is no watchdog for this process, logs the cause and returns empty.
     *
     * @param interval the configured interval; used only if it is shorter
     * @param expected the configured limit; only compared
     */
    static Optional<WatchdogTiming> from(
            SystemdEnvironment environment, @Nullable Duration interval, @Nullable Duration expected) {
        Optional<String> usec = environment.value(SystemdEnvironment.WATCHDOG_USEC);
        if (usec.isEmpty()) {
            SystemdWatchdog.LOG.info("no watchdog, the unit has no WatchdogSec=");
            return Optional.empty();
        }
        if (isForOtherProcess(environment)) {
            warnOfOtherProcess(environment, usec.get());
            return Optional.empty();
        }
        Optional<Duration> limit = micros(usec.get());
        if (limit.isEmpty()) {
            SystemdWatchdog.LOG.warn(
                    "no watchdog, WATCHDOG_USEC must be a number of microseconds, was \"{}\"", usec.get());
            return Optional.empty();
        }
        return Optional.of(of(limit.get(), interval, expected));
    }

    /** Returns whether there is a watchdog, but for another process. */
    static boolean isForOtherProcess(SystemdEnvironment environment) {
        Optional<String> pid = environment.value(SystemdEnvironment.WATCHDOG_PID);
        return environment.value(SystemdEnvironment.WATCHDOG_USEC).isPresent()
                && pid.isPresent()
                && !pid.get().equals(Long.toString(environment.pid()));
    }

    private static void warnOfOtherProcess(SystemdEnvironment environment, String usec) {
        SystemdWatchdog.LOG.warn(
                "WATCHDOG_PID is \"{}\" and this JVM is process {}: it sends no heartbeats, and the unit will be"
                        + " killed every {} unless systemd accepts WATCHDOG_USEC=0 with READY=1; ExecStart= must start"
                        + " java itself, or a script that ends in 'exec java ...'",
                environment.value(SystemdEnvironment.WATCHDOG_PID).orElse(""),
                environment.pid(),
                micros(usec).map(Durations::text).orElse("WatchdogSec="));
    }

    /** Slightly less than half of the limit, so that delays of this process do not exceed half. */
    private static WatchdogTiming of(Duration limit, @Nullable Duration interval, @Nullable Duration expected) {
        Duration half = Durations.part(limit, 2);
        Duration used = half.minus(Durations.part(half, 25));
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
            SystemdWatchdog.LOG.warn(
                    "the unit has WatchdogSec={}, but {}",
                    Durations.text(limit),
                    String.join(", and ", contradictions));
        }
        return new WatchdogTiming(limit, used.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : used);
    }

    /** Returns empty unless the text is a decimal number from 1 to 2^64-2. */
    private static Optional<Duration> micros(String text) {
        try {
            long micros = text.startsWith("+") ? 0 : Long.parseUnsignedLong(text);
            if (micros == 0 || micros == -1) {
                return Optional.empty();
            }
            boolean huge = Long.compareUnsigned(micros, MAX.toSeconds() * 1_000_000) > 0;
            return Optional.of(huge ? MAX : Duration.ofNanos(micros * 1000));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
