/** What all users of the stores have to know of them. */
package io.github.shutdown4j.examples.backend.stores;
