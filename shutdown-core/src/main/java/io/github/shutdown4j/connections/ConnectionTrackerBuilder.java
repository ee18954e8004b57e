package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;

/** Makes a tracker. Not for use by several threads. */
public final class ConnectionTrackerBuilder {

    final String name;
    GuardDetails details = GuardDetails.off();
    Ticker ticker = Ticker.current();
    int stripes = StripedCounter.defaultCount();
    Duration spread = Duration.ZERO;
    long generation;

    @Nullable
    Executor executor;

    @Nullable
    Duration drainTimeout;

    @Nullable
    FrameworkDrain frameworkDrain;

    ConnectionTrackerBuilder(String name) {
        this.name = name;
    }

    /** What is remembered of each guard; {@linkplain GuardDetails#off() nothing} if not set. */
    public ConnectionTrackerBuilder details(GuardDetails newDetails) {
        details = Checks.notNull("details", newDetails);
        return this;
    }

    /**
     * Tells those who {@linkplain ConnectionGuard#onDrain asked} evenly over this time, in the order in which they
     * asked, instead of all at once: so that a thousand clients do not come back to their load balancer in the same
     * moment. Never over more than half of the time of the drain, so that the last have time to end. Zero, the
     * default, does not spread.
     *
     * @param newSpread not negative
     */
    public ConnectionTrackerBuilder spread(Duration newSpread) {
        spread = Checks.notNegative("spread", newSpread);
        return this;
    }

    /**
     * Gives the drain of this tracker a limit of its own, for work that is not worth the whole time of the phase. The
     * smaller of this and the limit of the drain counts. Without it the drain may take all of its phase.
     *
     * @param newDrainTimeout more than zero
     */
    public ConnectionTrackerBuilder drainTimeout(Duration newDrainTimeout) {
        drainTimeout = Checks.positive("drainTimeout", newDrainTimeout);
        return this;
    }

    /** See {@link ConnectionTracker#draining}. */
    ConnectionTrackerBuilder draining(Supplier<? extends CompletionStage<?>> shutdown) {
        frameworkDrain = new FrameworkDrain(Checks.notNull("shutdown", shutdown));
        return details(GuardDetails.on());
    }

    /** For tests. */
    ConnectionTrackerBuilder ticker(Ticker newTicker) {
        ticker = newTicker;
        return this;
    }

    /** For tests: how many stripes; a power of two. */
    ConnectionTrackerBuilder stripes(int count) {
        stripes = count;
        return this;
    }

    /** For tests: how many holds the slot of each stripe has seen. */
    ConnectionTrackerBuilder generation(long newGeneration) {
        generation = newGeneration;
        return this;
    }

    /** For tests: what runs the callbacks. */
    ConnectionTrackerBuilder executor(Executor newExecutor) {
        executor = newExecutor;
        return this;
    }

    /** The tracker, open. */
    public ConnectionTracker build() {
        return new ConnectionTracker(this);
    }
}
