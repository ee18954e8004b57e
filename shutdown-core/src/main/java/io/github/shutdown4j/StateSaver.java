package io.github.shutdown4j;

import java.time.Duration;

/** The coordinator's view of a checkpoint: a state to be saved, whatever its type. */
interface StateSaver extends WorkInHand {

    /** The name in logs and reports. */
    String name();

    /** Begins to save periodically, if that was asked for. */
    void start();

    /**
     * Saves the state as it is now, and returns when it is durable or {@code timeout} is over. Never throws: what went
     * wrong is in the result. An interrupt neither ends the save nor gets lost.
     */
    StepResult save(Duration timeout);

    /**
     * Saves once more, also if the state is as it was, so that the file itself says that it was the last of its run;
     * notes that the run ended in order if that went well, and gives the file free in any case. The same promises as
     * {@link #save}.
     */
    StepResult finish(Duration timeout);

    /** Notes, just before the process is halted, that the run was forced to end. Best effort; never throws. */
    void noteForced();

    /**
     * Ends periodic saving and gives the file free, without saving and without a note that the run ended in order; for a
     * coordinator whose start failed. Does not wait long for a disk that hangs. Never throws.
     */
    void abandon();
}
