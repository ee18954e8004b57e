/**
 * Jobs on Redis Streams, with an effect exactly once. An instance that is stopped hands back jobs that it has not started; one
 * that dies is detected by missing heartbeats.
 *
 * <p><b>Location.</b> A job is in its stream until it is done: new, or pending under the name of its consumer, or pending under
 * the name {@code handed-back}, from where any consumer takes it within a second. A finished job is acknowledged and deleted
 * atomically, so the length of a stream is the number of unfinished jobs, and no length limit is needed that could remove
 * pending jobs.
 *
 * <p><b>Exactly once.</b> Redis delivers at least once. The effect of a job and the record that it is done are written in
 * one PostgreSQL transaction, so a second delivery changes nothing.
 */
package io.github.shutdown4j.examples.backend.jobs;
