package io.github.shutdown4j.examples.guide.hooks;

import java.util.concurrent.ExecutorService;

/** What an application has open. */
record App(Server server, ExecutorService workers, Pool pool) {

    /** A web server. */
    interface Server {
        void start();

        void stop();
    }

    /** A connection pool. */
    interface Pool extends AutoCloseable {
        @Override
        void close();
    }
}
