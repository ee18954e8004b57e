package io.github.shutdown4j.examples.backend.jobs;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in Redis that the consumers of this process live and still have the jobs they have. It goes on during the drain,
 * however long that takes, so that nobody takes a job away that is being done; close it after the consumers.
 */
public final class Heartbeats implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);

    /** A hash: stream|consumer to milliseconds. */
    static final String KEY = "jobs:heartbeats";

    private final RedisLink redis;
    private final JobTimes times;
    private final List<JobConsumer> consumers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "heartbeats");
        made.setDaemon(true);
        return made;
    });

    private long lastBeat; // only the thread knows it
    private boolean beatFailed; // likewise

    /** Starts at once; there is nothing to say until there are consumers. */
    public Heartbeats(RedisLink redis, JobTimes times) {
        this.redis = redis;
        this.times = times;
        lastBeat = System.nanoTime();
        long touch = times.touch().toNanos();
        var unused = thread.scheduleAtFixedRate(this::tick, touch, touch, TimeUnit.NANOSECONDS);
    }

    /** Says so of this consumer, now and from now on. */
    void add(JobConsumer consumer) throws RedisAwayException {
        beat(List.of(consumer));
        consumers.add(consumer);
    }

    void remove(JobConsumer consumer) {
        consumers.remove(consumer);
    }

    /** The consumer is no more. */
    void forget(JobConsumer consumer) throws RedisAwayException {
        var unused = redis.call(jedis -> jedis.hdel(KEY, field(consumer.stream().type(), consumer.consumer())));
    }

    private void tick() {
        try {
            for (JobConsumer consumer : consumers) {
                consumer.stream().touch(consumer.consumer(), consumer.held());
            }
            if (beatFailed || System.nanoTime() - lastBeat >= times.heartbeat().toNanos()) {
                beatFailed = true;
                beat(consumers);
                beatFailed = false;
                lastBeat = System.nanoTime();
            }
        } catch (RedisAwayException e) {
            // Said by the link. The next tick tries again.
        } catch (RuntimeException | Error e) { // the scheduler would end this without a word, and we would look dead
            log.warn("heartbeats: {}", e.toString());
        }
    }

    private void beat(List<JobConsumer> who) throws RedisAwayException {
        if (who.isEmpty()) {
            return;
        }
        String now = Long.toString(redis.millis());
        Map<String, String> fields = new HashMap<>();
        who.forEach(consumer -> fields.put(field(consumer.stream().type(), consumer.consumer()), now));
        var unused = redis.call(jedis -> jedis.hset(KEY, fields));
    }

    static String field(JobType type, String consumer) {
        return type.stream() + "|" + consumer;
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdown();
        var unused = thread.awaitTermination(times.reconnect().toMillis(), TimeUnit.MILLISECONDS);
    }
}
