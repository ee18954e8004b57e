package io.github.shutdown4j.examples.backend.jobs;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers that are empty at first, and the counts of the jobs that a test submits. */
abstract class JobsFixture {

    Books books;

    @BeforeEach
    void empty() throws Exception {
        Servers.empty();
        books = new Books(Servers.REDIS);
    }

    @AfterEach
    void closeBooks() {
        books.close();
    }
}
