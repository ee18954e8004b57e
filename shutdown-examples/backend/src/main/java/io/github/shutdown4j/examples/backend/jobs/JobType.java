package io.github.shutdown4j.examples.backend.jobs;

import java.util.Locale;

/** The two kinds of jobs; each has its own stream and consumers. */
public enum JobType {
    /** Indivisible: done completely or not at all. */
    A,
    /** A list of items with a cursor, which can stop between two items and continue on another instance. */
    B;

    /** The key of its stream in Redis. */
    public String stream() {
        return "jobs:" + name().toLowerCase(Locale.ROOT);
    }
}
