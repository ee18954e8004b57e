package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The job operations of the web API. */
public interface JobService {

    /** The existing types. */
    List<String> types();

    /**
     * Submits a job; when this has returned its id, the job will be done. A job with the same key, type and payload that was
     * submitted in the last day is not submitted again; its id is returned.
     *
     * @throws UnavailableException if the queue is unavailable; whether it has accepted the job is unknown then
     * @throws KeyConflictException if the key belongs to a job of another type or payload
     */
    String add(String type, String payload, Optional<String> key) throws UnavailableException, KeyConflictException;

    /** For how long the key of a submission is known. */
    Duration keysKept();

    /** Returns the state of a job; empty if it is unknown. */
    Optional<JobState> find(String id) throws Exception;

    /** Returns the number of jobs in flight in this process for each type. */
    List<JobsInFlight> inFlight();

    /** Returns the consumers of this process that cannot fetch jobs at present. */
    List<Stall> stalls();

    /** A consumer that makes no progress: since when, and why. */
    record Stall(String type, Duration lasting, String reason) {}

    /** The number of jobs in flight of one type. */
    record JobsInFlight(String type, long count) {}

    /** The key of a submission belongs to another job. */
    final class KeyConflictException extends Exception {

        private static final long serialVersionUID = 1L;

        public KeyConflictException() {
            super("this Idempotency-Key belongs to a job of another type or payload; a new job needs a new key");
        }
    }

    /** The queue is temporarily unavailable. */
    final class UnavailableException extends Exception {

        private static final long serialVersionUID = 1L;

        public UnavailableException(Throwable cause) {
            super("the job queue is not available", cause);
        }
    }
}
