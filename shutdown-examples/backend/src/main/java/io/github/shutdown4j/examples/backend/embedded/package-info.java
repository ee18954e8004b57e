/** PostgreSQL and Redis as processes of our own. */
package io.github.shutdown4j.examples.backend.embedded;
