/** What the tests of the examples share: how a jar is started, clients that keep it busy, and what must hold for several. */
package io.github.shutdown4j.examples.process;
