package io.github.shutdown4j.examples.backend.statistics;

import java.time.Instant;

/**
 * Something that has happened.
 *
 * @param kind what it was: "request" or "job"
 * @param name which one, such as "GET /projects" or "A"
 * @param outcome how it went, such as "200" or "done"
 */
public record Event(Instant at, String kind, String name, String outcome, long millis) {}
