package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;

/**
 * The clockwork of the jobs; all instances on one Redis must have the same.
 *
 * @param block how long a read waits for new jobs
 * @param reconnect how long to wait before Redis or the database is tried again
 * @param heartbeat how often an instance says that it lives
 * @param touch how often it says that it still has the jobs it has
 * @param deadAfter after how long a silence it is taken for dead: several heartbeats
 * @param idle how long a job of a dead instance must have been untouched before others get it: several touches
 * @param retry how long a job that has failed rests, once for each time it was tried
 */
public record JobTimes(
        Duration block,
        Duration reconnect,
        Duration heartbeat,
        Duration touch,
        Duration deadAfter,
        Duration idle,
        Duration retry) {

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
                Duration.ofSeconds(1));
    }

    /**
     * The same with another time after which a silent instance is taken for dead. What depends on it keeps its share, so
     * that a shorter one has more frequent heartbeats; a longer one keeps the usual.
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
                retry);
    }

    /** Not by {@code Duration.dividedBy}, which counts in decimals: in a cold JVM that costs a stop up to 80 ms. */
    private static Duration part(Duration whole, int divisor) {
        return Duration.ofNanos(whole.toNanos() / divisor);
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    /** The same clockwork, so many times as fast, for tests; only the read waits as before. */
    public JobTimes fasterBy(int factor) {
        return new JobTimes(
                block,
                part(reconnect, factor),
                part(heartbeat, factor),
                part(touch, factor),
                part(deadAfter, factor),
                part(idle, factor),
                part(retry, factor));
    }

    private static void moreThan(String name, Duration value, String otherName, Duration other) {
        if (other.isNegative() || other.isZero() || value.compareTo(other) <= 0) {
            throw new IllegalArgumentException(
                    name + " must be longer than " + otherName + " = " + other + ", was " + value);
        }
    }
}
