package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
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
 * Writes heartbeats of this process's consumers to Redis and refreshes their jobs. It continues during the drain, so that no
 * other instance takes over a job in progress; close it after the consumers.
 */
public final class Heartbeats implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);

    /** A hash: stream|consumer to milliseconds. */
    static final String KEY = "jobs:heartbeats";

    private final RedisClient redis;
    private final JobTimes times;
    private final List<JobConsumer> consumers = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "heartbeats");
        made.setDaemon(true);
        return made;
    });

    private boolean beatFailed; // used by the thread only

    /** Starts at once; sends nothing until there are consumers. */
    public Heartbeats(RedisClient redis, JobTimes times) {
        this.redis = redis;
        this.times = times;
        every(times.touch(), this::touch);
        every(times.heartbeat(), this::beat);
    }

    /** Sends heartbeats of this consumer, the first one now. */
    void add(JobConsumer consumer) throws RedisUnavailableException {
        beat(List.of(consumer));
        consumers.add(consumer);
    }

    void remove(JobConsumer consumer) {
        consumers.remove(consumer);
    }

    /** Ends the heartbeats of a consumer. */
    void forget(JobConsumer consumer) throws RedisUnavailableException {
        var unused = redis.call(jedis -> jedis.hdel(KEY, field(consumer.stream().type(), consumer.consumer())));
    }

    /** At fixed rates, independently: a heartbeat that waits for the next refresh would be late. */
    private void every(Duration period, Task task) {
        long nanos = period.toNanos();
        var unused = thread.scheduleAtFixedRate(() -> run(task), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private interface Task {
        void run() throws RedisUnavailableException;
    }

    private static void run(Task task) {
        try {
            task.run();
        } catch (RedisUnavailableException e) {
            // Logged by the client. The next touch retries.
        } catch (RuntimeException
                | Error e) { // the scheduler would silently end the task, and this instance would count as dead
            log.warn("heartbeats: {}", e.toString());
        }
    }

    private void touch() throws RedisUnavailableException {
        if (beatFailed || redis.outage().isPresent()) {
            beat(); // the write that shows that Redis is available again
        }
        for (JobConsumer consumer : consumers) {
            consumer.stream().touch(consumer.consumer(), consumer.held());
        }
    }

    private void beat() throws RedisUnavailableException {
        beatFailed = true;
        beat(consumers);
        beatFailed = false;
    }

    private void beat(List<JobConsumer> who) throws RedisUnavailableException {
        if (who.isEmpty()) {
            return;
        }
        String now = Long.toString(redis.millis());
        Map<String, String> fields = new HashMap<>();
        who.forEach(consumer -> fields.put(field(consumer.stream().type(), consumer.consumer()), now));
        var unused = redis.store(jedis -> jedis.hset(KEY, fields));
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
