package io.github.shutdown4j.examples.backend.jobs;

/** Does the jobs of one type. Called by several threads at once, for different jobs. */
@FunctionalInterface
public interface JobHandler {

    /**
     * Does the job and says so by {@link JobContext#finish}. It may return without that only if it has been told to stop:
     * the job is then gone on with elsewhere. If it throws, the job is tried again later, and after too many tries becomes
     * a dead letter. It is interrupted when the time of the shutdown is over.
     */
    void run(Job job, JobContext context) throws Exception;
}
