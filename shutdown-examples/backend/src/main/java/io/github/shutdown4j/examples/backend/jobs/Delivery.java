package io.github.shutdown4j.examples.backend.jobs;

import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;

/** A job as it came out of the stream: what is acknowledged or handed back is the entry. */
record Delivery(StreamEntryID entry, Job job) {

    /** An entry that somebody else has written may lack anything; its job then fails, and ends as a dead letter. */
    static Delivery of(JobType type, StreamEntry entry) {
        String id = entry.getFields().getOrDefault(JobQueue.ID, type.stream() + "-" + entry.getID());
        return new Delivery(entry.getID(), new Job(id, type, entry.getFields().getOrDefault(JobQueue.PAYLOAD, "")));
    }
}
