/** The web API: what it answers, and how it takes part in the shutdown. */
package io.github.shutdown4j.examples.backend.web;
