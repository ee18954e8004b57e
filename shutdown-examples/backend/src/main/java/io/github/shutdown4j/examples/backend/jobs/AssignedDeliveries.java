package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamPendingEntry;

/**
 * The unsettled deliveries of a consumer: in flight, or fetched and not started. All other entries that are pending under its
 * name are untracked and handed back.
 *
 * <p>Only the thread of the service may access fetched deliveries; everything else is thread-safe.
 */
final class AssignedDeliveries {

    private static final Logger log = LoggerFactory.getLogger(AssignedDeliveries.class);

    private final JobStream stream;
    private final String consumer;
    /** Held entries; true if the entry has been delivered again to this consumer meanwhile. */
    private final Map<StreamEntryID, Boolean> held = new ConcurrentHashMap<>();

    private final Queue<Delivery> fetched = new ArrayDeque<>();

    AssignedDeliveries(JobStream stream, String consumer) {
        this.stream = stream;
        this.consumer = consumer;
    }

    void fetched(List<Delivery> deliveries) {
        for (Delivery delivery : deliveries) {
            // A retry may be claimed before the failed attempt has ended; a Redis that was restored from an older
            // backup may
            // deliver jobs in flight again.
            boolean heldAlready = held.merge(delivery.entry(), false, (before, now) -> true);
            if (!heldAlready) {
                fetched.add(delivery);
            }
        }
    }

    boolean hasFetched() {
        return !fetched.isEmpty();
    }

    /** Returns the next delivery, which is in flight from now on. */
    Delivery next() {
        return fetched.remove();
    }

    /** Hands back all fetched deliveries and untracked entries. */
    void handBackFetched() throws RedisUnavailableException {
        fetched.forEach(delivery -> held.remove(delivery.entry()));
        fetched.clear();
        handBackUntracked();
    }

    /** Hands back entries that are pending under this name but not held. */
    void handBackUntracked() throws RedisUnavailableException {
        List<StreamEntryID> untracked = stream.pending(consumer, Duration.ZERO).stream()
                .map(StreamPendingEntry::getID)
                .filter(entry -> !held.containsKey(entry))
                .toList();
        long count = stream.handBack(consumer, untracked);
        if (count > 0) {
            log.info("jobs {}: {} handed back", stream.type(), count);
        }
    }

    /**
     * The delivery is settled, or untracked from now on. Returns whether its entry has been delivered again meanwhile; that
     * delivery is untracked.
     */
    boolean drop(Delivery delivery) {
        return Boolean.TRUE.equals(held.remove(delivery.entry()));
    }

    /** All held deliveries are untracked from now on. */
    void dropAll() {
        held.clear();
    }

    Collection<StreamEntryID> entries() {
        return List.copyOf(held.keySet());
    }
}
