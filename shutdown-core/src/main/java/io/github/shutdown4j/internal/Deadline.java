package io.github.shutdown4j.internal;

import java.time.Duration;

/** A point in time on the monotonic clock that ends a wait. Immutable. */
public final class Deadline {

    private static final long LONG_PAST_NANOS = 1_000_000_000L;

    private final Ticker ticker;
    private final long nanos;

    private Deadline(Ticker ticker, long nanos) {
        this.ticker = ticker;
        this.nanos = nanos;
    }

    /** Returns the deadline {@code duration} from now, at most about 146 years. */
    public static Deadline after(Ticker ticker, Duration duration) {
        return new Deadline(ticker, ticker.nanoTime() + Durations.nanos(duration));
    }

    /** Returns the remaining time in nanoseconds; zero or negative once the deadline has passed. */
    public long remainingNanos() {
        return nanos - ticker.nanoTime();
    }

    /** Returns the remaining time, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, remainingNanos()));
    }

    public boolean isExpired() {
        return remainingNanos() <= 0;
    }

    /** Returns a deadline that is earlier by {@code reserve}. */
    public Deadline minus(Duration reserve) {
        return new Deadline(ticker, nanos - Durations.nanos(reserve));
    }

    /** Returns the earlier of this deadline and the point {@code cap} from now. */
    public Deadline cappedAt(Duration cap) {
        Deadline capped = after(ticker, cap);
        return capped.nanos - nanos < 0 ? capped : this;
    }

    /** Returns the later of this deadline and the point {@code time} from now. */
    public Deadline atLeast(Duration time) {
        Deadline least = after(ticker, time);
        return least.nanos - nanos > 0 ? least : this;
    }

    /**
     * Whether the deadline passed more than a second ago. If a wait until then ends so late, the whole process was stopped
     * meanwhile: by SIGSTOP, in a frozen container, or in a virtual machine that was paused.
     */
    public boolean isLongPast() {
        return -remainingNanos() > LONG_PAST_NANOS;
    }

    @Override
    public String toString() {
        return "deadline in " + remaining();
    }
}
