package io.github.shutdown4j.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The ticks of an axis from zero to a length, at multiples of 1, 2 or 5 units, or of whole minutes and hours. */
record TimelineScale(Duration length, List<Duration> ticks) {

    private static final long SECOND = 1_000_000_000L;

    /** Steps above half a minute follow minutes and hours. */
    private static final long[] LONG_STEPS = {
        60 * SECOND, 120 * SECOND, 300 * SECOND, 600 * SECOND, 1_200 * SECOND, 1_800 * SECOND, 3_600 * SECOND
    };

    /** @param maxTicks the maximum number of ticks after the one at zero; positive */
    static TimelineScale of(Duration length, int maxTicks) {
        double nanos = nanos(length);
        long step = step(nanos / maxTicks);
        List<Duration> ticks = new ArrayList<>();
        for (int i = 0; i * (double) step <= nanos; i++) {
            ticks.add(Duration.ofNanos(i * step));
        }
        return new TimelineScale(length, ticks);
    }

    private static long step(double least) {
        for (long unit = 1; unit <= 10 * SECOND; unit *= 10) {
            for (long step : new long[] {unit, 2 * unit, 5 * unit}) {
                if (step >= least && step <= 30 * SECOND) {
                    return step;
                }
            }
        }
        for (long step : LONG_STEPS) {
            if (step >= least) {
                return step;
            }
        }
        return 3_600 * SECOND * (long) Math.ceil(least / (3_600 * SECOND));
    }

    /** Returns the position of a time, from 0 to 1. */
    double position(Duration time) {
        return Math.min(1, nanos(time) / nanos(length));
    }

    private static double nanos(Duration time) {
        return time.getSeconds() * 1e9 + time.getNano();
    }
}
