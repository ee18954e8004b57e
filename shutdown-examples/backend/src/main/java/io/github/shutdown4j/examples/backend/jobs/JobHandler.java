package io.github.shutdown4j.examples.backend.jobs;

/** Does the jobs of one type. Called by several threads at once, for different jobs. */
@FunctionalInterface
public interface JobHandler {

    /**
     * Does the job and calls {@link JobContext#finish}. It may return without that only after a request to stop: the job is
     * then continued by another instance. If it throws, the job is retried later, and after too many attempts becomes a dead
     * letter. It is interrupted at the limit of the shutdown.
     */
    void run(Job job, JobContext context) throws Exception;
}
