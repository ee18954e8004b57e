package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the web needs of the jobs. */
public interface JobService {

    /** The types there are. */
    List<String> types();

    /**
     * JobSlots in a job; it will be done once this has returned its id.
     *
     * @throws UnavailableException if nobody can take it now
     */
    String add(String type, String payload) throws UnavailableException;

    /** How far it is; empty if nobody has ordered it. */
    Optional<JobState> find(String id) throws Exception;

    /** How many jobs of each type are in flight here, for those who watch. */
    List<JobsInFlight> inFlight();

    /** The consumers here that cannot get at their jobs at present. */
    List<Stall> stalls();

    /** A consumer that makes no progress: since when, and why. */
    record Stall(String type, Duration lasting, String reason) {}

    /** Jobs of one type that are being done. */
    record JobsInFlight(String type, long count) {}

    /** The queue is away, and will be back. */
    final class UnavailableException extends Exception {

        private static final long serialVersionUID = 1L;

        public UnavailableException(Throwable cause) {
            super("the job queue is not available", cause);
        }
    }
}
