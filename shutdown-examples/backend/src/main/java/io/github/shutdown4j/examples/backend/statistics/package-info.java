/** Counts events in the database. */
package io.github.shutdown4j.examples.backend.statistics;
