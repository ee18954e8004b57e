/** Shared parts of the tests of the examples: starting a jar, clients that load it, and common assertions. */
package io.github.shutdown4j.examples.process;
