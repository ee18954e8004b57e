package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
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
 * Fetches the jobs of one type and has them done, several at once. It ends in three steps:
 *
 * <ol>
 *   <li>As a service that is stopped, it reads no more and hands back what it has fetched and not begun.
 *   <li>Each job in hand holds a guard of the tracker, so the drain waits for them. The heartbeats go on meanwhile.
 *   <li>As a {@linkplain #resource() resource} that is released, it interrupts what the drain has given up, and hands that
 *       back as well. Nothing is forgotten if Redis is away: what cannot be handed back stays pending, and others take it
 *       when this instance has been silent for long enough.
 * </ol>
 */
public final class JobConsumer implements Service {

    private static final Logger log = LoggerFactory.getLogger(JobConsumer.class);

    /** The consumer of the other type takes only a moment to look. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final Duration MERCY = Duration.ofSeconds(1);

    /** Of this process, whatever the type: the process is what dies. */
    private static final Semaphore LAST_TRY = new Semaphore(1);

    private final String consumer;
    private final JobStream stream;
    private final Supplier<JobLimits> limits;
    private final JobTimes times;
    private final ConnectionTracker tracker;
    private final Heartbeats heartbeats;
    private final JobReader reader;
    private final JobWorker worker;
    private final Hands hands;
    private final ExecutorService threads;

    private final Holdings holdings;

    private volatile boolean stopping;
    /** A job with its last try is in hand. */
    private volatile boolean alone;
    /** A job in hand was not settled. */
    private volatile boolean strays;

    /**
     * @param consumer the name of this instance, which no other process has ever had
     * @param limits asked again and again, so they may change
     * @param tracker counts the jobs in hand
     * @param onEnd hears of the end of each job, on the thread that did it
     */
    public JobConsumer(
            JobType type,
            String consumer,
            RedisLink redis,
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
        holdings = new Holdings(stream, consumer);
        reader = new JobReader(redis, stream, consumer);
        worker = new JobWorker(stream, consumer, records, handler, limits, times, () -> stopping, onEnd);
        hands = new Hands(() -> limits.get().inHand());
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "job-" + type + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** How many jobs are being done. */
    public int inHand() {
        return hands.busy();
    }

    /** To be released after the drain, before {@link Heartbeats}, Redis and the database. */
    public Resource resource() {
        return Resource.of("jobs " + stream.type(), Resource.EARLY_PRIORITY, this::release);
    }

    String consumer() {
        return consumer;
    }

    JobStream stream() {
        return stream;
    }

    Collection<StreamEntryID> held() {
        return holdings.entries();
    }

    // 1. The service.

    /** @throws RedisAwayException if Redis is away at the start; later it is waited for */
    @Override
    public void run(ServiceContext context) throws RedisAwayException, InterruptedException {
        heartbeats.add(this); // before anything is delivered: who has jobs and no heartbeat is dead
        var unused = reader.connect();
        context.onStop(() -> {
            stopping = true;
            hands.wake();
            reader.wake();
        });
        context.ready();
        try {
            while (!context.isStopping()) {
                try {
                    pass(context);
                } catch (RedisAwayException e) {
                    pause(context);
                } catch (RuntimeException e) {
                    log.warn("jobs {}: Redis refuses, trying again", stream.type(), e);
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
            holdings.handBackFetched();
        } catch (RedisAwayException | RuntimeException e) {
            log.warn("jobs {}: nothing could be handed back yet: {}", stream.type(), e.toString());
        }
    }

    private void pause(ServiceContext context) throws InterruptedException {
        reader.disconnect();
        context.awaitStop(times.reconnect());
    }

    private void pass(ServiceContext context) throws RedisAwayException, InterruptedException {
        if (reader.connect() || strays) {
            strays = false;
            holdings.handBackStrays(); // with a connection the answer to the last read may have been lost
        }
        if (alone) {
            hands.awaitIdle(times.block());
            return;
        }
        if (hands.await(times.block()) && !holdings.hasFetched()) {
            fetch(context);
        }
        while (holdings.hasFetched() && !context.isStopping() && hands.take()) {
            begin(holdings.next(), () -> {});
        }
    }

    private void fetch(ServiceContext context) throws RedisAwayException, InterruptedException {
        if (context.isStopping()) {
            return;
        }
        takeHandedBack(context);
        if (!holdings.hasFetched() && !alone) {
            holdings.fetched(reader.read(limits.get().batch(), times.block(), context::isStopping));
        }
    }

    /**
     * A job may kill the process, and those beside it look as guilty as it is. So one that has its last try has it alone:
     * the innocent are done then, and the guilty takes nobody with it.
     */
    private void takeHandedBack(ServiceContext context) throws RedisAwayException, InterruptedException {
        if (!LAST_TRY.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            return; // there is one, and who is taken now might die with it
        }
        Optional<Delivery> lastTry = Optional.empty();
        boolean begun = false;
        try {
            JobLimits now = limits.get();
            holdings.fetched(stream.takeHandedBack(consumer, now.batch()));
            if (holdings.hasFetched()) {
                lastTry = holdings.withLastTry(now.deliveries());
                begun = lastTry.isPresent() && beginAlone(context, lastTry.get());
            }
        } finally {
            if (!begun) {
                lastTry.ifPresent(holdings::letGo); // it is handed back with the strays
                strays = strays || lastTry.isPresent();
                LAST_TRY.release();
            }
        }
    }

    private boolean beginAlone(ServiceContext context, Delivery delivery)
            throws RedisAwayException, InterruptedException {
        holdings.handBackAllBut(delivery);
        while (hands.busy() > 0 && !context.isStopping()) {
            hands.awaitIdle(times.block());
        }
        if (context.isStopping() || !hands.take()) {
            return false;
        }
        alone = true;
        begin(delivery, () -> {
            alone = false;
            LAST_TRY.release();
        });
        return true;
    }

    // 2. The jobs in hand.

    private void begin(Delivery delivery, Runnable atTheEnd) {
        threads.execute(() -> {
            // On the thread that does it, so that a drain that waits in vain can show where it stands.
            Optional<ConnectionGuard> guard =
                    tracker.tryAcquire("job " + delivery.job().id());
            try {
                if (guard.isPresent()) {
                    worker.work(delivery);
                } else {
                    var unused = stream.handBack(consumer, List.of(delivery.entry()));
                }
            } catch (InterruptedException timeIsOver) {
                log.warn("job {} was given up, it stays pending", delivery.job().id());
            } catch (RedisAwayException e) {
                log.debug("job {} stays pending", delivery.job().id(), e); // release() tries again
            } catch (RuntimeException | Error e) {
                log.error(
                        "job {} was not settled, it is handed back",
                        delivery.job().id(),
                        e);
                strays = true;
            } finally {
                holdings.letGo(delivery);
                atTheEnd.run();
                hands.free();
                guard.ifPresent(ConnectionGuard::close);
            }
        });
    }

    // 3. The resource.

    private void release() throws RedisAwayException, InterruptedException {
        stopping = true;
        threads.shutdownNow(); // what is still there, the drain has given up
        var unused = threads.awaitTermination(MERCY.toMillis(), TimeUnit.MILLISECONDS);
        holdings.letGoOfAll();
        heartbeats.remove(this);
        holdings.handBackStrays();
        if (stream.deleteIfEmpty(consumer)) {
            heartbeats.forget(this);
        }
    }
}
