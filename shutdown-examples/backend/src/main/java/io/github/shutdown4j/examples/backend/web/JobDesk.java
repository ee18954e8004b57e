package io.github.shutdown4j.examples.backend.web;

import java.util.List;
import java.util.Optional;

/** What the web needs of the jobs. */
public interface JobDesk {

    /** The types there are. */
    List<String> types();

    /**
     * Hands in a job; it will be done once this has returned its id.
     *
     * @throws AwayException if nobody can take it now
     */
    String add(String type, String payload) throws AwayException;

    /** How far it is; empty if nobody has ordered it. */
    Optional<JobState> find(String id) throws Exception;

    /** How many jobs of each type are in hand here, for those who watch. */
    List<JobsInHand> inHand();

    /** Jobs of one type that are being done. */
    record JobsInHand(String type, long count) {}

    /** The queue is away, and will be back. */
    final class AwayException extends Exception {

        private static final long serialVersionUID = 1L;

        public AwayException(Throwable cause) {
            super("the job queue is not available", cause);
        }
    }
}
