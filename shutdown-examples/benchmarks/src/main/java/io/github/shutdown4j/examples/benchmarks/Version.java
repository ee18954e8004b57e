package io.github.shutdown4j.examples.benchmarks;

/** A version of this library, named by the peer with its jars. */
enum Version {
    NOW("now", "shutdown4j"),
    EARLIER("earlier", "bde63c8");

    final String peer;
    /** The name in the report. */
    final String text;

    Version(String peer, String text) {
        this.peer = peer;
        this.text = text;
    }
}
