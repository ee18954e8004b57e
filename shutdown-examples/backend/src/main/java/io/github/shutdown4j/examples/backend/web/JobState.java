package io.github.shutdown4j.examples.backend.web;

/** How far a job is: ordered, running, done or failed. */
public record JobState(String id, String type, String state) {}
