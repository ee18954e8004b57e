package io.github.shutdown4j.examples.benchmarks;

/** A version of this library, as the peer that holds its jars. */
enum Version {
    NOW("now", "shutdown4j"),
    EARLIER("earlier", "bde63c8");

    final String peer;
    /** How the report calls it. */
    final String text;

    Version(String peer, String text) {
        this.peer = peer;
        this.text = text;
    }
}
