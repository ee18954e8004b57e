package io.github.shutdown4j.examples.backend.jobs;

import java.time.Duration;

/** The end of one delivery of a job, for statistics and metrics. */
public record JobEnd(Job job, JobOutcome outcome, Duration took) {}
