package io.github.shutdown4j.examples.backend.jobs;

import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;

/** A delivered job with its stream entry, which is acknowledged or handed back. */
record Delivery(StreamEntryID entry, Job job) {

    /** An entry of another writer may lack fields; its job then fails and becomes a dead letter. */
    static Delivery of(JobType type, StreamEntry entry) {
        String id = entry.getFields().getOrDefault(JobQueue.ID, type.stream() + "-" + entry.getID());
        return new Delivery(entry.getID(), new Job(id, type, entry.getFields().getOrDefault(JobQueue.PAYLOAD, "")));
    }
}
