package io.github.shutdown4j.connections;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.CallbackExecutor;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Ticker;

/**
 * Builds a {@link ConnectionTracker}. Not thread-safe.
 *
 * <pre>{@code
 * var sockets = ConnectionTracker.builder("websockets")
 *         .drainTimeout(Duration.ofSeconds(10))
 *         .spread(Duration.ofSeconds(4)) // so that the clients do not all reconnect at once
 *         .build();
 * }</pre>
 */
public final class ConnectionTrackerBuilder {

    final String name;
    GuardDetails details = GuardDetails.off();
    Ticker ticker = Ticker.current();
    int stripes = StripedCounter.defaultCount();
    private Duration spread = Duration.ZERO;
    long generation;

    private @Nullable Executor executor;

    @Nullable
    Duration drainTimeout;

    @Nullable
    FrameworkDrain frameworkDrain;

    ConnectionTrackerBuilder(String name) {
        this.name = name;
    }

    /** Sets the details recorded for each guard. Default: {@linkplain GuardDetails#off() none}. */
    public ConnectionTrackerBuilder details(GuardDetails details) {
        this.details = Checks.notNull("details", details);
        return this;
    }

    /**
     * Distributes the {@linkplain ConnectionGuard#onDrain onDrain callbacks} evenly over a duration, in the order of
     * their registration, instead of calling all of them at once. This keeps a thousand clients from reconnecting to
     * their load balancer in the same moment. The duration is capped at half of the limit of the drain, so that the
     * last callbacks have time to take effect. Zero, the default, calls all of them at once.
     *
     * @param spread not negative
     */
    public ConnectionTrackerBuilder spread(Duration spread) {
        this.spread = Checks.notNegative("spread", spread);
        return this;
    }

    /**
     * Limits the drain of this tracker, for work that does not justify the full time of the phase. The smaller of this
     * limit and the timeout of the drain applies. By default only the latter does.
     *
     * @param drainTimeout more than zero
     */
    public ConnectionTrackerBuilder drainTimeout(Duration drainTimeout) {
        this.drainTimeout = Checks.positive("drainTimeout", drainTimeout);
        return this;
    }

    /** See {@link ConnectionTracker#draining}. */
    ConnectionTrackerBuilder draining(Supplier<? extends CompletionStage<?>> shutdown) {
        frameworkDrain = new FrameworkDrain(Checks.notNull("shutdown", shutdown), ticker);
        return this;
    }

    /** For tests. */
    ConnectionTrackerBuilder ticker(Ticker ticker) {
        this.ticker = ticker;
        return this;
    }

    /** For tests: the number of counter cells; a power of two. */
    ConnectionTrackerBuilder stripes(int stripes) {
        this.stripes = stripes;
        return this;
    }

    /** For tests: the initial generation of the slot of each cell. */
    ConnectionTrackerBuilder generation(long generation) {
        this.generation = generation;
        return this;
    }

    /** For tests: the executor of the callbacks. */
    ConnectionTrackerBuilder executor(Executor executor) {
        this.executor = executor;
        return this;
    }

    /** The callbacks of the guards of the tracker. */
    DrainCallbacks callbacks() {
        ComponentLogger log = new ComponentLogger(ConnectionTracker.class, "tracker '" + name + "'");
        Executor runner = executor == null ? new CallbackExecutor("tracker-" + name, log, ticker) : executor;
        return new DrainCallbacks(name, runner, new CallbackPacer(name, spread, ticker));
    }

    /** Creates the tracker, open. */
    public ConnectionTracker build() {
        return new ConnectionTracker(this);
    }
}
