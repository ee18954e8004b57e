/** What the tests of the examples share: how the jar is started, and clients that keep it busy. */
package io.github.shutdown4j.examples.process;
