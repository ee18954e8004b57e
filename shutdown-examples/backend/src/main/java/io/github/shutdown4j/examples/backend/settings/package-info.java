/** What can be configured, and where it comes from. */
package io.github.shutdown4j.examples.backend.settings;
