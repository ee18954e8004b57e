/** For services with Jetty: a connector that loses no request when it closes, and a health check for a watchdog. */
package io.github.shutdown4j.examples.jetty;
