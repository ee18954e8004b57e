package io.github.shutdown4j.examples.backend.web;

import java.time.Instant;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;

/** A project, as stored and as returned. */
public record Project(
        @Schema(requiredMode = RequiredMode.REQUIRED) long id,

        @Schema(requiredMode = RequiredMode.REQUIRED, maxLength = ProjectInput.LONGEST_NAME)
        String name,

        @Schema(requiredMode = RequiredMode.REQUIRED, maxLength = ProjectInput.LONGEST_DESCRIPTION)
        String description,

        @Schema(requiredMode = RequiredMode.REQUIRED) Instant createdAt,
        @Schema(requiredMode = RequiredMode.REQUIRED) Instant changedAt) {}
