package io.github.shutdown4j.internal;

import java.time.Duration;

/** A point in time on the monotonic clock that ends a wait. Immutable. */
public final class Deadline {

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

    @Override
    public String toString() {
        return "deadline in " + remaining();
    }
}
