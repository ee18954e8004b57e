package io.github.shutdown4j.events;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.resources.Resource;

/**
 * Builds an {@link EventQueue}. Not thread-safe.
 *
 * <pre>{@code
 * EventQueue<String> mails = EventQueue.builder("mails", mailer)
 *         .linger(Duration.ZERO) // send at once
 *         .after("scheduler") // which still produces mails
 *         .releaseTimeout(Duration.ofSeconds(8))
 *         .start();
 * }</pre>
 */
public final class EventQueueBuilder<T> {

    final String name;
    final BatchHandler<T> handler;
    final Ticker ticker;
    int capacity = 10_000;
    int batchSize = 100;
    Duration linger = Duration.ofSeconds(1);
    int priority = Resource.EARLY_PRIORITY;
    Set<String> after = Set.of();
    Optional<Duration> releaseTimeout = Optional.empty();

    EventQueueBuilder(String name, BatchHandler<T> handler, Ticker ticker) {
        this.name = Checks.notBlank("name", name);
        this.handler = Checks.notNull("handler", handler);
        this.ticker = ticker;
    }

    /** Sets the maximum number of waiting events, at least the batch size; 10,000 by default. */
    public EventQueueBuilder<T> capacity(int capacity) {
        this.capacity = Checks.atLeast("capacity", capacity, 1);
        return this;
    }

    /** Sets the maximum number of events in a batch, at least 1; 100 by default. */
    public EventQueueBuilder<T> batchSize(int batchSize) {
        this.batchSize = Checks.atLeast("batchSize", batchSize, 1);
        return this;
    }

    /**
     * Sets the maximum time that an event waits for a full batch, not negative; zero writes available events at once. 1 s by
     * default.
     */
    public EventQueueBuilder<T> linger(Duration linger) {
        this.linger = Checks.notNegative("linger", linger);
        return this;
    }

    /** Sets {@link Resource#priority()}; {@link Resource#EARLY_PRIORITY} by default. */
    public EventQueueBuilder<T> priority(int priority) {
        this.priority = priority;
        return this;
    }

    /** Adds names to {@link Resource#after()}; none by default. */
    public EventQueueBuilder<T> after(String... names) {
        Set<String> all = new LinkedHashSet<>(after);
        all.addAll(Checks.names("names", Arrays.asList(Checks.notNull("names", names))));
        after = Collections.unmodifiableSet(all);
        return this;
    }

    /**
     * Sets the limit of the release, see {@link Resource#timeout()}. The default is that of the resource manager, or 10 s
     * without one.
     */
    public EventQueueBuilder<T> releaseTimeout(Duration releaseTimeout) {
        this.releaseTimeout = Optional.of(Checks.positive("releaseTimeout", releaseTimeout));
        return this;
    }

    /**
     * Creates the queue and starts its thread.
     *
     * @throws IllegalArgumentException if the batch size exceeds the capacity
     */
    public EventQueue<T> start() {
        if (batchSize > capacity) {
            throw new IllegalArgumentException(
                    "batchSize must be at most the capacity (" + capacity + "), was " + batchSize);
        }
        EventQueue<T> queue = new EventQueue<>(this);
        queue.start();
        return queue;
    }
}
