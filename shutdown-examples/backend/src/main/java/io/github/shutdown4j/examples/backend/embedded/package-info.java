/** Embedded PostgreSQL and Redis processes. */
package io.github.shutdown4j.examples.backend.embedded;
