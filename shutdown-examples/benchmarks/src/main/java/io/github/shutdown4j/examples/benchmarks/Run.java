package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Path;

/**
 * One run of the benchmarks.
 *
 * @param full whether to take as long as published figures need
 * @param folder on the disk to be measured
 */
record Run(boolean full, Path folder, Peers peers, Report report) {

    /** How often, depending on the kind of the run. */
    int rounds(int inFull, int inShort) {
        return full ? inFull : inShort;
    }
}
