package io.github.shutdown4j.examples.backend.web;

import java.util.List;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;

/** Some projects; {@code next} is the parameter {@code after} of the next page, null on the last. */
record ProjectPage(
        @Schema(requiredMode = RequiredMode.REQUIRED) List<Project> items,
        @Schema(nullable = true) Long next) {}
