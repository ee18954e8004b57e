/** Helpers for all users of the stores. */
package io.github.shutdown4j.examples.backend.stores;
