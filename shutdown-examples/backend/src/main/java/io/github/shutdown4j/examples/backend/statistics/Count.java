package io.github.shutdown4j.examples.backend.statistics;

/** How often something has happened, and how long it took on average. */
public record Count(String kind, String name, String outcome, long count, double averageMillis) {}
