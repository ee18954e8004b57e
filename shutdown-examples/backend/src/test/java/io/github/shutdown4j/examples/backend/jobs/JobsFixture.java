package io.github.shutdown4j.examples.backend.jobs;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers that are empty at first, and the counts of the jobs that a test submits. */
abstract class JobsFixture {

    SubmittedJobs submitted;

    @BeforeEach
    void empty() throws Exception {
        Servers.empty();
        submitted = new SubmittedJobs(Servers.REDIS);
    }

    @AfterEach
    void closeSubmitted() {
        submitted.close();
    }
}
