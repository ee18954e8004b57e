package io.github.shutdown4j.examples.backend.web;

import java.util.List;

/** Some projects; {@code next} is the parameter {@code after} of the next page, null on the last. */
record ProjectPage(List<Project> items, Long next) {}
