package io.github.shutdown4j.examples.backend.jobs;

import java.sql.SQLException;

/** The line between a handler and its consumer, for one run of one job. */
public interface JobContext {

    /** Whether the process is being stopped: a job that can be left should be left now. */
    boolean isStopping();

    /**
     * Runs {@code work} in a transaction of its own; again and again while the database is away, so it should have no
     * other effects.
     */
    <T> T inTransaction(SqlWork<T> work) throws SQLException, InterruptedException;

    /**
     * Writes the effect of the job and that it is done, both or neither. If somebody else has done the job meanwhile,
     * the effect is not written a second time.
     */
    void finish(SqlWork<?> effect) throws SQLException, InterruptedException;
}
