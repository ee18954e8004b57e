package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;

/**
 * The intervals of the job system; all instances on one Redis must have the same.
 *
 * @param block the maximum time that a read waits for new jobs
 * @param reconnect the time between attempts to reach Redis or the database
 * @param heartbeat the interval of heartbeats
 * @param touch the interval at which an instance refreshes its jobs
 * @param deadAfter the time without a heartbeat after which an instance counts as dead: several heartbeats
 * @param idle the time without a refresh after which other instances may take a job of a dead one: several refreshes
 * @param retry the delay of a retry, multiplied by the number of attempts
 * @param exclusive the longest time for which the last attempt of a job runs alone, and for which it waits for another job
 */
public record JobTimes(
        Duration block,
        Duration reconnect,
        Duration heartbeat,
        Duration touch,
        Duration deadAfter,
        Duration idle,
        Duration retry,
        Duration exclusive) {

    public JobTimes {
        moreThan("deadAfter", deadAfter, "heartbeat", heartbeat);
        moreThan("idle", idle, "touch", touch);
    }

    public static JobTimes defaults() {
        return new JobTimes(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(90),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                Duration.ofMinutes(10));
    }

    /**
     * Returns these times with another {@code deadAfter}. The heartbeats become proportionally more frequent for a shorter one
     * and stay the same for a longer one.
     */
    public JobTimes deadAfter(Duration silence) {
        JobTimes usual = defaults();
        return new JobTimes(
                block,
                reconnect,
                least(usual.heartbeat, part(silence, 3)),
                least(usual.touch, part(silence, 18)),
                silence,
                part(silence, 3).plus(part(silence, 3)),
                retry,
                exclusive);
    }

    /** Not by {@code Duration.dividedBy}, which counts in decimals: in a cold JVM that costs a stop up to 80 ms. */
    private static Duration part(Duration whole, int divisor) {
        return Duration.ofNanos(whole.toNanos() / divisor);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** Returns these times divided by a factor, for tests; the read timeout does not change. */
    public JobTimes fasterBy(int factor) {
        return new JobTimes(
                block,
                part(reconnect, factor),
                part(heartbeat, factor),
                part(touch, factor),
                part(deadAfter, factor),
                part(idle, factor),
                part(retry, factor),
                part(exclusive, factor));
    }

    private static void moreThan(String name, Duration value, String otherName, Duration other) {
        if (other.isNegative() || other.isZero() || value.compareTo(other) <= 0) {
            throw new IllegalArgumentException(
                    name + " must be longer than " + otherName + " = " + other + ", was " + value);
        }
    }
}
