package io.github.shutdown4j.examples.backend.jobs;

import java.sql.SQLException;

/** What a handler can use during one run of one job. */
public interface JobContext {

    /** Whether the process is stopping: a resumable job should stop now. */
    boolean isStopping();

    /**
     * Runs {@code work} in a separate transaction; repeatedly while the database is unavailable, so it should have no other
     * effects.
     */
    <T> T inTransaction(SqlWork<T> work) throws SQLException, InterruptedException;

    /**
     * Writes the effect of the job and the record that it is done, atomically. If another run has done the job meanwhile, the
     * effect is not written again.
     */
    void finish(SqlWork<?> effect) throws SQLException, InterruptedException;
}
