/** The settings and their sources. */
package io.github.shutdown4j.examples.backend.settings;
