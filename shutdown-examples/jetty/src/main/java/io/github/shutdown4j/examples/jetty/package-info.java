/** A connector of Jetty for services that are stopped while clients keep their connections. */
package io.github.shutdown4j.examples.jetty;
