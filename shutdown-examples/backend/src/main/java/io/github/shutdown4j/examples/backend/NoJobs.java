package io.github.shutdown4j.examples.backend;

import java.util.List;
import java.util.Optional;

import io.github.shutdown4j.examples.backend.web.JobDesk;
import io.github.shutdown4j.examples.backend.web.JobState;

/** No jobs. */
final class NoJobs implements JobDesk {

    @Override
    public List<String> types() {
        return List.of();
    }

    @Override
    public String add(String type, String payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<JobState> find(String id) {
        return Optional.empty();
    }

    @Override
    public List<JobsInHand> inHand() {
        return List.of();
    }
}
