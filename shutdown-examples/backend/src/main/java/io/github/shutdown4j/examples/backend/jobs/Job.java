package io.github.shutdown4j.examples.backend.jobs;

/**
 * A job, to be done once.
 *
 * @param id unique among all jobs, whatever their type
 * @param payload for the handler; JSON
 */
public record Job(String id, JobType type, String payload) {}
