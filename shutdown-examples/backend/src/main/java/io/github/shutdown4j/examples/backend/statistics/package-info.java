/** What has happened, counted in the database. */
package io.github.shutdown4j.examples.backend.statistics;
