package io.github.shutdown4j.examples.benchmarks;

import java.nio.file.Path;

/**
 * One run of the benchmarks.
 *
 * @param full whether to take the time that figures for publication need
 * @param folder on the disk that is to be measured
 */
record Run(boolean full, Path folder, Peers peers, Report report) {

    /** How often, depending on the kind of the run. */
    int rounds(int inFull, int inShort) {
        return full ? inFull : inShort;
    }
}
