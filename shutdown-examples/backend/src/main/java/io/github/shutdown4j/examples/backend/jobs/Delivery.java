package io.github.shutdown4j.examples.backend.jobs;

import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;

/**
 * A delivered job with its stream entry, which is acknowledged or handed back.
 *
 * @param number how many times the entry has been delivered, including this time
 */
record Delivery(StreamEntryID entry, Job job, long number) {

    /** An entry of another writer may lack fields; its job then fails and becomes a dead letter. */
    static Delivery of(JobType type, StreamEntry entry, long number) {
        String id = entry.getFields().getOrDefault(JobQueue.ID, type.stream() + "-" + entry.getID());
        Job job = new Job(id, type, entry.getFields().getOrDefault(JobQueue.PAYLOAD, ""));
        return new Delivery(entry.getID(), job, number);
    }
}
