/**
 * Jobs on Redis Streams, done exactly once: an instance that is stopped gives back what it has not begun, one that dies is
 * found out by its silence.
 *
 * <p><b>Where a job is.</b> In its stream until it is done. There it is new, or pending under the name of the consumer that
 * has it, or pending under the name {@code handed-back}, from where any consumer takes it within a second. What is
 * done is acknowledged and deleted in one transaction, so the length of a stream is the number of jobs not done, and no
 * length limit can ever cut off a job that somebody has.
 *
 * <p><b>Exactly once.</b> Redis delivers at least once. The effect of a job and the record that it is done are one
 * transaction in PostgreSQL, so a second delivery changes nothing.
 */
package io.github.shutdown4j.examples.backend.jobs;
