/** What the tests of the examples share: a jar in a JVM of its own, and clients that keep it busy. */
package io.github.shutdown4j.examples.process;
