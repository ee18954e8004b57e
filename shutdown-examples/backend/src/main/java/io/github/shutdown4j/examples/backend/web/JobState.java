package io.github.shutdown4j.examples.backend.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;

/** The state of a job: failed jobs are retried or in the dead letters, handed_back ones continue elsewhere. */
public record JobState(
        @Schema(requiredMode = RequiredMode.REQUIRED) String id,

        @Schema(
                requiredMode = RequiredMode.REQUIRED,
                allowableValues = {"A", "B"})
        String type,

        @Schema(
                requiredMode = RequiredMode.REQUIRED,
                allowableValues = {"queued", "running", "done", "duplicate", "failed", "dead", "handed_back"})
        String state) {}
