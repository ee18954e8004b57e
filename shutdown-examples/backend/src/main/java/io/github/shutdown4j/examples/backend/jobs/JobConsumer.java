package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.StreamEntryID;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Fetches the jobs of one type and runs several of them concurrently. It shuts down in three steps:
 *
 * <ol>
 *   <li>As a service that is stopped, it reads no more jobs and hands back those that it has fetched and not started.
 *   <li>Each job in flight holds a guard of the tracker, so the drain waits for it. The heartbeats continue meanwhile.
 *   <li>As a {@linkplain #resource() resource} that is released, it interrupts the jobs that the drain has abandoned and hands
 *       them back as well. If Redis is unavailable, others take them over when this instance counts as dead.
 * </ol>
 */
public final class JobConsumer implements Service {

    private static final Logger log = LoggerFactory.getLogger(JobConsumer.class);
    private static final Duration INTERRUPT_GRACE = Duration.ofSeconds(1);

    private final String consumer;
    private final JobStream stream;
    private final Supplier<JobLimits> limits;
    private final JobTimes times;
    private final ConnectionTracker tracker;
    private final Heartbeats heartbeats;
    private final JobReader reader;
    private final JobWorker worker;
    private final JobSlots slots;
    private final ExecutorService threads;
    private final AssignedDeliveries assigned;

    private volatile boolean stopping;
    private volatile Stall stall;
    /** The latest; null if there was none. */
    private volatile LastAttempt lastAttempt;
    /** A job in flight was not settled, or its retry was delivered before it had ended. */
    private volatile boolean untracked;

    private long lastHandBack = System.nanoTime(); // used by the thread of the service only

    /**
     * @param consumer the name of this instance, which no other process has ever had
     * @param limits read repeatedly, so they may change
     * @param tracker counts the jobs in flight
     * @param onEnd called at the end of each job, on its thread
     */
    public JobConsumer(
            JobType type,
            String consumer,
            RedisClient redis,
            JobRecords records,
            JobHandler handler,
            Supplier<JobLimits> limits,
            JobTimes times,
            ConnectionTracker tracker,
            Heartbeats heartbeats,
            Consumer<? super JobEnd> onEnd) {
        this.consumer = consumer;
        this.limits = limits;
        this.times = times;
        this.tracker = tracker;
        this.heartbeats = heartbeats;
        stream = new JobStream(redis, type);
        assigned = new AssignedDeliveries(stream, consumer);
        reader = new JobReader(redis, stream, consumer);
        slots = new JobSlots(() -> limits.get().inFlight());
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "job-" + type + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        worker = new JobWorker(
                stream, consumer, records, handler, limits, times, () -> stopping, threads::isShutdown, onEnd);
    }

    /** The number of jobs in flight. */
    public int inFlight() {
        return slots.busy();
    }

    /** The resource, released after the drain and before {@link Heartbeats}, Redis and the database. */
    public Resource resource() {
        return Resource.of("jobs " + stream.type(), Resource.EARLY_PRIORITY, this::release);
    }

    /** Set while the consumer cannot fetch jobs: since when, and why. A consumer without free slots is not stalled. */
    public Optional<Stall> stall() {
        return Optional.ofNullable(stall);
    }

    /**
     * A time without progress.
     *
     * @param since by {@link System#nanoTime}
     */
    public record Stall(long since, String reason) {

        public Duration lasting() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    String consumer() {
        return consumer;
    }

    JobStream stream() {
        return stream;
    }

    Collection<StreamEntryID> held() {
        return assigned.entries();
    }

    // 1. The service.

    /** @throws RedisUnavailableException if Redis is unavailable at the start; later the consumer waits for it */
    @Override
    public void run(ServiceContext context) throws RedisUnavailableException, InterruptedException {
        heartbeats.add(this); // before the first delivery: a consumer with jobs and without heartbeats counts as dead
        var unused = reader.connect();
        context.onStop(() -> {
            stopping = true;
            slots.wake();
            reader.wake();
        });
        context.ready();
        try {
            while (!context.isStopping()) {
                try {
                    pass(context);
                    stall = null;
                } catch (RedisUnavailableException e) {
                    stalled(e); // logged by the client
                    pause(context);
                } catch (RuntimeException e) {
                    if (stall == null || !stall.reason().equals(String.valueOf(e.getMessage()))) {
                        log.warn("jobs {}: Redis rejects the command, retrying", stream.type(), e);
                    }
                    stalled(e);
                    pause(context);
                }
            }
        } finally {
            stopping = true;
            reader.disconnect();
            handBackAtTheStop();
        }
    }

    private void handBackAtTheStop() {
        try {
            assigned.handBackFetched();
        } catch (RedisUnavailableException | RuntimeException e) {
            log.warn("jobs {}: nothing could be handed back yet: {}", stream.type(), e.toString());
        }
    }

    /** Since the first in a row, with the reason of the last. */
    private void stalled(Exception e) {
        long since = stall == null ? System.nanoTime() : stall.since();
        stall = new Stall(since, String.valueOf(e.getMessage()));
    }

    private void pause(ServiceContext context) throws InterruptedException {
        reader.disconnect();
        context.awaitStop(times.reconnect());
    }

    private void pass(ServiceContext context) throws RedisUnavailableException, InterruptedException {
        if (reader.connect() || untracked || isHandBackDue()) {
            handBackUntracked(); // the response to the last read may have been lost with the connection
        }
        if (isExclusive()) {
            if (slots.awaitIdle(times.block(), times.exclusive())) {
                lastAttempt.endAtLimit(times.exclusive());
            }
            return;
        }
        if (slots.await(times.block()) && !assigned.hasFetched()) {
            fetch(context);
        }
        while (assigned.hasFetched() && !context.isStopping()) {
            Optional<JobSlots.Slot> slot = slots.take();
            if (slot.isEmpty()) {
                return;
            }
            begin(assigned.next(), slot.get(), Optional.empty());
        }
    }

    private boolean isExclusive() {
        return lastAttempt != null && lastAttempt.isExclusive();
    }

    /** From time to time: a late command of a closed connection may deliver entries after the next one was opened. */
    private boolean isHandBackDue() {
        return System.nanoTime() - lastHandBack > times.heartbeat().toNanos();
    }

    private void handBackUntracked() throws RedisUnavailableException {
        untracked = false;
        lastHandBack = System.nanoTime();
        assigned.handBackUntracked();
    }

    private void fetch(ServiceContext context) throws RedisUnavailableException, InterruptedException {
        if (context.isStopping()) {
            return;
        }
        takeHandedBack(context);
        if (!assigned.hasFetched() && !isExclusive()) {
            assigned.fetched(reader.read(limits.get().batch(), times.block(), context::isStopping));
        }
    }

    /**
     * A job may kill the process, and concurrent jobs look equally responsible. Therefore the last attempt of a job runs
     * alone: then only that job can be responsible, and no other job is affected.
     */
    private void takeHandedBack(ServiceContext context) throws RedisUnavailableException, InterruptedException {
        Optional<LastAttempt> attempt = LastAttempt.tryAcquire(stream.type());
        if (attempt.isEmpty()) {
            return; // a last attempt is running, and another job could die with it
        }
        boolean begun = false;
        try {
            JobLimits now = limits.get();
            JobStream.HandedBack taken = stream.takeHandedBack(consumer, now.batch(), now.deliveries(), reservation());
            assigned.fetched(taken.deliveries());
            begun = taken.lastAttempt().isPresent()
                    && beginExclusively(context, taken.lastAttempt().get(), attempt.get());
        } finally {
            if (!begun) {
                attempt.get().end();
            }
        }
    }

    /** Until the next pass, even if that has to reconnect. */
    private Duration reservation() {
        return times.block().plus(times.reconnect());
    }

    /**
     * Claims it only when no job is in flight: one of them may kill the process, and it would be to blame. Jobs that may hang
     * do not count.
     */
    private boolean beginExclusively(ServiceContext context, StreamEntryID entry, LastAttempt attempt)
            throws RedisUnavailableException, InterruptedException {
        while (!slots.awaitIdle(times.block(), times.exclusive()) && !context.isStopping()) {
            if (untracked) {
                handBackUntracked();
            }
            stream.reserve(entry, reservation());
        }
        List<String> beside = slots.jobs();
        Optional<JobSlots.Slot> slot = context.isStopping() ? Optional.empty() : slots.take();
        if (slot.isEmpty()) {
            return false; // others get it when the reservation ends
        }
        try {
            assigned.fetched(stream.takeReserved(consumer, entry));
        } finally {
            if (!assigned.hasFetched()) {
                slots.free(slot.get());
            }
        }
        if (!assigned.hasFetched()) {
            return false;
        }
        if (!beside.isEmpty()) {
            log.warn("jobs {}: a last attempt does not wait any longer for {}", stream.type(), beside);
        }
        lastAttempt = attempt;
        begin(assigned.next(), slot.get(), Optional.of(attempt));
        return true;
    }

    // 2. The jobs in flight.

    private void begin(Delivery delivery, JobSlots.Slot slot, Optional<LastAttempt> last) {
        slot.job(delivery.job().id());
        threads.execute(() -> {
            last.ifPresent(attempt -> attempt.begin(delivery.job().id()));
            // On the job's thread, so that the report of the drain shows its stack.
            Optional<ConnectionGuard> guard =
                    tracker.tryAcquire("job " + delivery.job().id());
            boolean settled = false;
            try {
                if (guard.isPresent()) {
                    worker.work(delivery);
                } else {
                    var unused = stream.handBack(consumer, List.of(delivery.entry()));
                }
                settled = true;
            } catch (InterruptedException timeIsOver) {
                log.warn("job {} timed out, it stays pending", delivery.job().id());
            } catch (RedisUnavailableException e) {
                log.debug("job {} stays pending", delivery.job().id(), e); // release() tries again
            } catch (RuntimeException | Error e) {
                log.error(
                        "job {} was not settled, it is handed back",
                        delivery.job().id(),
                        e);
            } finally {
                if (assigned.drop(delivery) || !settled) {
                    untracked = true; // not before it is dropped: the service would not find it
                }
                last.ifPresent(LastAttempt::end);
                slots.free(slot);
                guard.ifPresent(ConnectionGuard::close);
            }
        });
    }

    // 3. The resource.

    private void release() throws RedisUnavailableException, InterruptedException {
        stopping = true;
        threads.shutdownNow(); // the drain has abandoned the remaining jobs
        var unused = threads.awaitTermination(INTERRUPT_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        assigned.dropAll();
        heartbeats.remove(this);
        assigned.handBackUntracked();
        if (stream.deleteIfEmpty(consumer)) {
            heartbeats.forget(this);
        }
    }
}
