package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamPendingEntry;

/**
 * What a consumer has and has not settled: in flight, or fetched and not begun. Everything else that is pending under its
 * name are strays, which it has lost and hands back.
 *
 * <p>What is fetched, only the thread of the service may touch; the rest is for all threads.
 */
final class AssignedDeliveries {

    private static final Logger log = LoggerFactory.getLogger(AssignedDeliveries.class);

    private final JobStream stream;
    private final String consumer;
    private final Map<StreamEntryID, Delivery> held = new ConcurrentHashMap<>();
    private final Queue<Delivery> fetched = new ArrayDeque<>();

    AssignedDeliveries(JobStream stream, String consumer) {
        this.stream = stream;
        this.consumer = consumer;
    }

    void fetched(List<Delivery> deliveries) {
        for (Delivery delivery : deliveries) {
            // A Redis that came back from an older backup may deliver what is in flight a second time.
            if (held.putIfAbsent(delivery.entry(), delivery) == null) {
                fetched.add(delivery);
            }
        }
    }

    boolean hasFetched() {
        return !fetched.isEmpty();
    }

    /** The next to begin; from now on it is in flight. */
    Delivery next() {
        return fetched.remove();
    }

    /** One that was fetched and has its last try, if there is one. */
    Optional<Delivery> withLastAttempt(int deliveries) throws RedisUnavailableException {
        Set<StreamEntryID> suspects = stream.pending(consumer, Duration.ZERO).stream()
                .filter(entry -> entry.getDeliveredTimes() >= deliveries)
                .map(StreamPendingEntry::getID)
                .collect(Collectors.toSet());
        return fetched.stream()
                .filter(delivery -> suspects.contains(delivery.entry()))
                .findFirst();
    }

    /** Hands back all that was fetched but this one, which is in flight from now on. */
    void handBackAllBut(Delivery delivery) throws RedisUnavailableException {
        fetched.remove(delivery);
        handBackFetched();
    }

    /** Hands back what was fetched, and all strays. */
    void handBackFetched() throws RedisUnavailableException {
        fetched.forEach(delivery -> held.remove(delivery.entry()));
        fetched.clear();
        handBackStrays();
    }

    /** Hands back what is pending under our name and not held. */
    void handBackStrays() throws RedisUnavailableException {
        List<StreamEntryID> strays = stream.pending(consumer, Duration.ZERO).stream()
                .map(StreamPendingEntry::getID)
                .filter(entry -> !held.containsKey(entry))
                .toList();
        long count = stream.handBack(consumer, strays);
        if (count > 0) {
            log.info("jobs {}: {} handed back", stream.type(), count);
        }
    }

    /** It is settled, or a stray from now on. */
    void letGo(Delivery delivery) {
        held.remove(delivery.entry());
    }

    /** All that is held is a stray from now on. */
    void letGoOfAll() {
        held.clear();
    }

    Collection<StreamEntryID> entries() {
        return List.copyOf(held.keySet());
    }
}
