/** For services with Jetty: a connector whose end loses no request, and a health check for a watchdog. */
package io.github.shutdown4j.examples.jetty;
