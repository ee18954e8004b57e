/** The web API and its part in the shutdown. */
package io.github.shutdown4j.examples.backend.web;
