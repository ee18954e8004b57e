package io.github.shutdown4j.examples.backend.statistics;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;

/** The number of events of one kind, and their average duration. */
public record Count(
        @Schema(
                requiredMode = RequiredMode.REQUIRED,
                allowableValues = {"request", "job"})
        String kind,

        @Schema(requiredMode = RequiredMode.REQUIRED) String name,
        @Schema(requiredMode = RequiredMode.REQUIRED) String outcome,
        @Schema(requiredMode = RequiredMode.REQUIRED) long count,
        @Schema(requiredMode = RequiredMode.REQUIRED) double averageMillis) {}
