package io.github.shutdown4j.examples.backend.statistics;

import java.time.Instant;

/**
 * An event to be counted.
 *
 * @param kind "request" or "job"
 * @param name the route or the job type, such as "GET /projects" or "A"
 * @param outcome the outcome, such as "200" or "done"
 */
public record Event(Instant at, String kind, String name, String outcome, long millis) {}
