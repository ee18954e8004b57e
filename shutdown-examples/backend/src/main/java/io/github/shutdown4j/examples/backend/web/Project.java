package io.github.shutdown4j.examples.backend.web;

import java.time.Instant;

/** A project, as it is kept and as it is told. */
public record Project(long id, String name, String description, Instant createdAt, Instant changedAt) {}
