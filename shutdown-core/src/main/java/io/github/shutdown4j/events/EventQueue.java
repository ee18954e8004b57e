package io.github.shutdown4j.events;

import java.io.IOException;
import java.time.Duration;
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
 * A bounded queue that accepts events from any thread, writes them in batches on a thread of its own, and writes the
 * remaining events at shutdown: for statistics, audit trails and the like. Events are in memory only; a crash loses those
 * that wait.
 *
 * <pre>{@code
 * EventQueue<Visit> visits = EventQueue.<Visit>builder("visits", table::insert)
 *         .capacity(50_000)
 *         .batchSize(500)
 *         .linger(Duration.ofSeconds(2))
 *         .start();
 * resources.register(visits);
 * visits.offer(new Visit(path));
 * }</pre>
 *
 * <p><b>Writing.</b> A batch is written when it is full, when {@code linger} has elapsed since its first event, or when the
 * queue is released. A batch whose write throws counts as failed and is logged; the next batch is written. The queue does
 * not retry a write, see {@link BatchHandler#write}.
 *
 * <p><b>Full queue.</b> {@link #offer(Object)} refuses the event at once, {@link #offer(Object, Duration)} waits for the
 * given time, {@link #put} waits without limit.
 *
 * <p><b>Release.</b> A released queue accepts no more events, writes the remaining ones and closes its handler. The default
 * priority is {@link Resource#EARLY_PRIORITY}, so that the target of the handler is still open.
 *
 * <p><b>Counters.</b> An accepted event is at any time either waiting ({@link #size()}), {@linkplain #inFlight() in flight},
 * {@linkplain #written() written} or {@linkplain #failed() failed}. All other events are {@linkplain #refused() refused}.
 *
 * <p><b>Threads.</b> One daemon thread {@code shutdown4j-queue-NAME} from {@link EventQueueBuilder#start()} to the release, with the
 * context class loader of the thread that started the queue. It sleeps while the queue is empty. Thread-safe.
 */
public final class EventQueue<T> implements Resource, AutoCloseable {

    /** Time for the interrupted batch, so that the counters are correct; a resource manager abandons the queue after 100 ms. */
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

    /** Creates a queue whose thread is not started; see {@link #start}. */
    EventQueue(EventQueueBuilder<T> builder) {
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

    void start() {
        thread.start();
    }

    /** Returns a builder of a queue with this name, which is also its name as a resource. */
    public static <T> EventQueueBuilder<T> builder(String name, BatchHandler<T> handler) {
        return new EventQueueBuilder<>(name, handler, Ticker.current());
    }

    /**
     * Like {@link #builder(String, BatchHandler)}, for a handler whose write is asynchronous; its result is awaited. A lambda
     * with an expression body always selects this method. For a call without a value write a block, {@code batch -> {
     * table.insert(batch); }}, or a method reference.
     */
    public static <T> EventQueueBuilder<T> builder(String name, AsyncBatchHandler<T> handler) {
        return builder(name, (BatchHandler<T>) handler);
    }

    /** Adds the event. Returns false at once if the queue is full or released; the event then counts as refused. */
    public boolean offer(T event) {
        return buffer.add(Checks.notNull("event", event));
    }

    /**
     * Adds the event, waiting for space if necessary. Returns false if the timeout has elapsed or the queue is released; the
     * event then counts as refused.
     *
     * @param timeout not negative
     * @throws InterruptedException if the caller was interrupted while it waited; the event counts as refused
     */
    public boolean offer(T event, Duration timeout) throws InterruptedException {
        Checks.notNull("event", event);
        return buffer.add(event, Deadline.after(ticker, Checks.notNegative("timeout", timeout)));
    }

    /**
     * Adds the event, waiting for space without limit.
     *
     * @throws ShuttingDownException if the queue was or is being released, also while the caller waits; the event counts as
     *     refused
     * @throws InterruptedException if the caller was interrupted while it waited; the event counts as refused
     * @throws IllegalStateException if the handler calls this while the queue is full, because it would wait for itself
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
     * Refuses further events, writes the remaining ones, closes the handler and returns. The limit is that of the resource
     * manager or, if called by other code, {@link EventQueueBuilder#releaseTimeout(Duration)}, 10 s by default.
     *
     * @throws Exception the first failure of a write or of the close since the call, with up to nine further ones suppressed;
     *     every batch has been attempted. Earlier failures were logged and do not count
     * @throws TimeoutException if the limit is reached. The writer is interrupted and starts no further batch; {@link
     *     #remaining()} returns the unwritten events. A writer that ignores the interrupt is abandoned with its batch
     *     {@linkplain #inFlight() in flight}
     * @throws InterruptedException if the caller was interrupted, with the same consequences
     * @throws IllegalStateException if the handler calls this: it would wait for itself
     */
    @Override
    public void release() throws Exception {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException(
                    "the handler of event queue '" + name + "' must not release it: it would wait for itself");
        }
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
     * Releases the queue, for use without a resource manager: {@code try (var queue = EventQueue.builder(..).start())}. Has
     * no effect on a queue whose release has ended, successfully or not.
     *
     * @throws IOException if the release failed or exceeded its limit; see the cause. If the caller was interrupted, its
     *     interrupt status is set again
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
            // The first failure is thrown by the caller.
        }
    }

    /** Returns the number of written events and the other counters that are not zero. */
    @Override
    public String summary() {
        return buffer.counts().text();
    }

    /** Returns the waiting events, oldest first. Does not change after {@link #release()} has returned or thrown. */
    public List<T> remaining() {
        return buffer.waiting();
    }

    /** Returns the number of waiting events. */
    public int size() {
        return buffer.counts().waiting();
    }

    /** Returns the number of events in the batch that the handler is writing. */
    public int inFlight() {
        return buffer.counts().inFlight();
    }

    /** Returns the number of written events. */
    public long written() {
        return buffer.counts().written();
    }

    /** Returns the number of events in batches whose write failed. */
    public long failed() {
        return buffer.counts().failed();
    }

    /** Returns the number of events that were not accepted, because the queue was full or released. */
    public long refused() {
        return buffer.counts().refused();
    }

    /** Returns the age of the oldest waiting event, that is, the delay of the writer; empty if none waits. */
    public Optional<Duration> oldestAge() {
        return buffer.oldestAge();
    }
}
