package io.github.shutdown4j.events;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.Interrupter;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Takes events from any number of threads, writes them in batches on one of its own, and at the shutdown writes what it
 * has before it closes: for statistics, audit trails and the like.
 *
 * <pre>{@code
 * EventQueue<Visit> visits = EventQueue.<Visit>builder("visits", table::insert)
 *         .capacity(50_000)
 *         .batchSize(500)
 *         .linger(Duration.ofSeconds(2))
 *         .build();
 * resources.register(visits);
 * visits.offer(new Visit(path));
 * }</pre>
 *
 * <p><b>Writing.</b> A batch is written when it is full, or a while after its first event came ({@code linger}); at once
 * when the queue is released. A batch whose write throws is counted as failed and logged, and the next is written. The
 * queue does not repeat a write, see {@link BatchHandler#write}.
 *
 * <p><b>Full.</b> The queue is bounded. What comes when it is full is refused by {@link #offer(Object)}, and made to wait
 * by {@link #put} and {@link #offer(Object, Duration)}.
 *
 * <p><b>Release.</b> A released queue takes no more events, writes what it has and closes its handler. Its priority is
 * {@link Resource#EARLY_PRIORITY} unless told otherwise, so that what it writes to is still open.
 *
 * <p><b>Nothing is lost unseen.</b> Each event that was taken is at any time exactly one of: waiting ({@link #size()}),
 * {@linkplain #inFlight() in flight, in the batch that the handler writes}, {@linkplain #written() written} or {@linkplain #failed() failed}.
 * Each event that was not taken is {@linkplain #refused() refused}.
 *
 * <p><b>Threads.</b> One daemon thread {@code shutdown4j-queue-NAME} from {@link Builder#build()} to the release; it sleeps
 * while the queue is empty. It has the context class loader of whoever built the queue.
 */
public final class EventQueue<T> implements Resource, AutoCloseable {

    /**
     * What the writer gets after the interrupt to come back with its batch, so that the count is right. Less than the
     * 100 ms a resource manager gives, which would leave the queue behind without hearing what is left over.
     */
    private static final Duration INTERRUPT_GRACE = Duration.ofMillis(50);

    private static final Duration DEFAULT_RELEASE_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final String name;
    private final int priority;
    private final Set<String> after;
    private final Optional<Duration> timeout;
    private final Ticker ticker;
    private final EventBuffer<T> buffer;
    private final Thread thread;
    private final ComponentLogger log;
    private volatile boolean released;

    private EventQueue(Builder<T> builder) {
        PreloadList.use("events");
        name = builder.name;
        priority = builder.priority;
        after = builder.after;
        timeout = builder.releaseTimeout;
        ticker = builder.ticker;
        buffer = new EventBuffer<>(builder.capacity, builder.batchSize, builder.linger, ticker);
        log = new ComponentLogger(EventQueue.class, "event queue '" + name + "'");
        thread = NamedThreads.daemon("queue-" + name, new EventQueueWorker<>(log, buffer, builder.handler));
        thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    }

    /** Begins a queue of this name, which is its name as a resource, too. */
    public static <T> Builder<T> builder(String name, BatchHandler<T> handler) {
        return new Builder<>(name, handler, Ticker.current());
    }

    /**
     * The same for a handler whose write is asynchronous; what it returns is awaited. A lambda with an expression as its
     * body always means this one: put a call without a value into braces, {@code batch -> { table.insert(batch); }}, or
     * write a method reference.
     */
    public static <T> Builder<T> builder(String name, AsyncBatchHandler<T> handler) {
        return builder(name, (BatchHandler<T>) handler);
    }

    /** Takes the event and returns true, or refuses it and returns false: the queue is full or released. Never waits. */
    public boolean offer(T event) {
        return buffer.add(Checks.notNull("event", event));
    }

    /**
     * Takes the event, waiting for space if need be, or refuses it and returns false: the time is up or the queue released.
     *
     * @param timeout zero or more
     * @throws InterruptedException if the caller was interrupted while it waited; the event counts as refused
     */
    public boolean offer(T event, Duration timeout) throws InterruptedException {
        Checks.notNull("event", event);
        return buffer.add(event, Deadline.after(ticker, Checks.notNegative("timeout", timeout)));
    }

    /**
     * Takes the event, waiting for space without limit.
     *
     * @throws ShuttingDownException if the queue is released, or is while the caller waits; the event counts as refused
     * @throws InterruptedException if the caller was interrupted while it waited; the event counts as refused
     * @throws IllegalStateException if the handler calls this while the queue is full: it would wait for itself
     */
    public void put(T event) throws InterruptedException {
        Checks.notNull("event", event);
        boolean byHandler = Thread.currentThread() == thread;
        boolean taken = byHandler ? buffer.add(event) : buffer.add(event, Deadline.after(ticker, FOREVER));
        if (!taken && buffer.counts().closed()) {
            throw new ShuttingDownException("event queue '" + name + "' is released and takes no more events");
        }
        if (!taken) {
            throw new IllegalStateException("event queue '" + name + "' is full, its handler must not wait for space");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int priority() {
        return priority;
    }

    @Override
    public Set<String> after() {
        return after;
    }

    @Override
    public Optional<Duration> timeout() {
        return timeout;
    }

    /**
     * Takes no more events, writes what there is and closes the handler; returns when that is done. Called by a resource
     * manager, it ends within the limit of the manager; called by anybody else, within {@link
     * Builder#releaseTimeout(Duration)}, or 10 s if none was given.
     *
     * @throws Exception the first failure since the call, of a write or of the close, with the following suppressed, ten in
     *     all at most; every batch has been tried. Failures before the call do not count, they have been logged
     * @throws TimeoutException if the time is up. No further batch is begun, the writer is interrupted, and {@link
     *     #remaining()} is what was left over. A writer that does not heed the interrupt is abandoned with its batch
     *     {@linkplain #inFlight() in flight}
     * @throws InterruptedException if the caller was interrupted, with the same consequences
     */
    @Override
    public void release() throws Exception {
        Duration limit = timeout.orElse(DEFAULT_RELEASE_TIMEOUT);
        try {
            release(ResourceManager.isReleasing(Thread.currentThread()) ? FOREVER : limit);
        } finally {
            released = true;
        }
    }

    private void release(Duration limit) throws Exception {
        buffer.close();
        try {
            if (!buffer.awaitEnd(Deadline.after(ticker, limit))) {
                abort();
                throw withFailures(new TimeoutException("event queue '" + name + "' was not released within "
                        + Durations.text(limit) + ": " + summary()));
            }
        } catch (InterruptedException e) {
            abort();
            throw withFailures(e);
        }
        Failures.rethrow(buffer.failures().stream().reduce(Failures::join).orElse(null));
    }

    /**
     * Releases the queue, for use without a resource manager: {@code try (var queue = EventQueue.builder(..).build())}. A
     * queue whose release has ended, well or not, is left alone: what went wrong has been thrown already.
     *
     * @throws IOException if the release failed or was not complete within its limit; the cause says why. If the caller was
     *     interrupted, its interrupt flag is set again
     */
    @Override
    public void close() throws IOException {
        if (released) {
            return;
        }
        try {
            release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while event queue '" + name + "' was closed: " + summary(), e);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("event queue '" + name + "' could not be closed: " + summary(), e);
        }
    }

    private <E extends Exception> E withFailures(E exception) {
        buffer.failures().forEach(exception::addSuppressed);
        return exception;
    }

    private void abort() {
        buffer.abort();
        Interrupter.interrupt(List.of(thread), log);
        try {
            boolean unused = buffer.awaitEnd(Deadline.after(ticker, INTERRUPT_GRACE));
        } catch (InterruptedException e) {
            // The caller throws the first one.
        }
    }

    /** How many events were written, and how many failed, were refused, are left over, or in hand if there are such. */
    @Override
    public String summary() {
        return buffer.counts().text();
    }

    /** The events that nobody has begun to write, oldest first. Final once {@link #release()} has returned or thrown. */
    public List<T> remaining() {
        return buffer.waiting();
    }

    /** How many events wait. */
    public int size() {
        return buffer.counts().waiting();
    }

    /** How many events are in the batch that the handler is writing now. */
    public int inFlight() {
        return buffer.counts().inFlight();
    }

    /** How many events have been written. */
    public long written() {
        return buffer.counts().written();
    }

    /** How many events were in batches whose write failed. */
    public long failed() {
        return buffer.counts().failed();
    }

    /** How many events were not taken, because the queue was full or released. */
    public long refused() {
        return buffer.counts().refused();
    }

    /** How long the oldest waiting event has waited: how far the writer is behind. Empty if none waits. */
    public Optional<Duration> oldestAge() {
        return buffer.oldestAge();
    }

    /** The options of a queue. Not for use by several threads. */
    public static final class Builder<T> {

        private final String name;
        private final BatchHandler<T> handler;
        private final Ticker ticker;
        private int capacity = 10_000;
        private int batchSize = 100;
        private Duration linger = Duration.ofSeconds(1);
        private int priority = Resource.EARLY_PRIORITY;
        private Set<String> after = Set.of();
        private Optional<Duration> releaseTimeout = Optional.empty();

        Builder(String name, BatchHandler<T> handler, Ticker ticker) {
            this.name = Checks.notBlank("name", name);
            this.handler = Checks.notNull("handler", handler);
            this.ticker = ticker;
        }

        /** How many events may wait; at least 1 and no less than the batch size, 10 000 by default. */
        public Builder<T> capacity(int events) {
            capacity = Checks.atLeast("capacity", events, 1);
            return this;
        }

        /** How many events make a full batch; at least 1, 100 by default. */
        public Builder<T> batchSize(int events) {
            batchSize = Checks.atLeast("batchSize", events, 1);
            return this;
        }

        /** How long the first event of a batch waits for more; zero writes at once what there is. 1 s by default. */
        public Builder<T> linger(Duration time) {
            linger = Checks.notNegative("linger", time);
            return this;
        }

        /** See {@link Resource#priority()}; {@link Resource#EARLY_PRIORITY} by default. */
        public Builder<T> priority(int value) {
            priority = value;
            return this;
        }

        /** See {@link Resource#after()}; none by default. */
        public Builder<T> after(String... names) {
            after = Checks.names("names", Arrays.asList(Checks.notNull("names", names)));
            return this;
        }

        /**
         * How long the release may take, see {@link Resource#timeout()}. If not given, what the resource manager allows, or
         * 10 s if the queue is released without one.
         */
        public Builder<T> releaseTimeout(Duration time) {
            releaseTimeout = Optional.of(Checks.positive("releaseTimeout", time));
            return this;
        }

        /**
         * Makes the queue and starts its thread.
         *
         * @throws IllegalArgumentException if a full batch would not fit into the capacity
         */
        public EventQueue<T> build() {
            if (batchSize > capacity) {
                throw new IllegalArgumentException(
                        "batchSize must be at most the capacity (" + capacity + "), was " + batchSize);
            }
            EventQueue<T> queue = new EventQueue<>(this);
            queue.thread.start();
            return queue;
        }
    }
}
