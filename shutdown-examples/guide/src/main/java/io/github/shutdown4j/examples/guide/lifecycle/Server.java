package io.github.shutdown4j.examples.guide.lifecycle;

import java.time.Duration;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resources;

/** A server, requests in flight, and a database. */
final class Server {

    private Server() {}

    static void run(Http server, ConnectionTracker requests, AutoCloseable pool) throws InterruptedException {
        ShutdownCoordinator.builder()
                .timeout(Duration.ofSeconds(45))
                .server("http", server::start, server::stop) // stopped after the drain
                .tracker(requests)
                .resource(Resources.database("database", pool))
                .build()
                .run();
    }

    interface Http {
        void start() throws Exception;

        void stop() throws Exception;
    }
}
