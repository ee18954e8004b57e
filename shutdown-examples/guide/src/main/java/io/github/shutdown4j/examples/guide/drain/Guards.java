package io.github.shutdown4j.examples.guide.drain;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.connections.HttpServerFilter;
import io.github.shutdown4j.connections.ThrowingRunnable;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resources;

/** Guards in blocking, asynchronous and long-lived work. */
final class Guards {

    private Guards() {}

    static void blocking(ConnectionTracker tracker, Runnable work) {
        try (ConnectionGuard guard = tracker.acquire()) {
            work.run();
        }
    }

    static void withoutGuard(ConnectionTracker tracker, ThrowingRunnable<IOException> work) throws IOException {
        tracker.run(work);
    }

    static Executor shortForms(ConnectionTracker tracker, String request, Client client, Executor pool)
            throws IOException {
        String answer = tracker.call(() -> read(request));
        CompletionStage<String> later = tracker.track(() -> client.call());
        Executor counted = tracker.wrap(pool);
        later.thenAccept(text -> System.out.println(answer + text));
        return counted;
    }

    private static String read(String request) throws IOException {
        if (request.isEmpty()) {
            throw new IOException("nothing to read");
        }
        return request;
    }

    static void jdkServer(
            HttpServer server, HttpHandler handler, ConnectionTracker requests, ShutdownCoordinator coordinator) {
        server.createContext("/", handler).getFilters().add(HttpServerFilter.of(requests));
        coordinator.resources().register(Resources.httpServer("http", server, Duration.ofMillis(500)));
    }

    static void closeConnections(ConnectionTracker requests, Response response) {
        if (requests.isShutdownAnnounced()) {
            response.setHeader("Connection", "close");
        }
    }

    static ShutdownCoordinator framework(Framework framework) {
        return ShutdownCoordinator.builder()
                .drain("framework", framework::shutdownGracefully)
                .build();
    }

    static ConnectionTracker withShorterLimit() {
        return ConnectionTracker.builder("streams")
                .drainTimeout(Duration.ofSeconds(5))
                .build();
    }

    static CompletionStage<String> asynchronous(ConnectionTracker tracker, Client client) {
        ConnectionGuard guard = tracker.acquire("GET /orders");
        try {
            return client.call().whenComplete((answer, failure) -> guard.close());
        } catch (RuntimeException | Error notEvenBegun) {
            guard.close();
            throw notEvenBegun;
        }
    }

    static void open(ConnectionTracker streams, Stream stream) {
        ConnectionGuard guard = streams.acquire("stream of " + stream.user());
        stream.onClosed(guard::close);
        guard.onDrain(stream::endAndClose);
    }

    static ConnectionTracker streams() {
        return ConnectionTracker.builder("streams")
                .details(GuardDetails.on())
                .spread(Duration.ofSeconds(2))
                .build();
    }

    static ConnectionTracker leakHunt() {
        return ConnectionTracker.builder("requests")
                .details(GuardDetails.sampled(100).withSites())
                .build();
    }

    static void alone(ConnectionTracker tracker) throws InterruptedException {
        tracker.close();
        StepResult drained = tracker.drain(Duration.ofSeconds(20));
        if (drained.outcome() == Outcome.TIMED_OUT) {
            drained.unfinished().forEach(work -> System.err.println(work.text()));
        }
    }

    interface Client {
        CompletionStage<String> call();
    }

    interface Response {
        void setHeader(String name, String value);
    }

    interface Framework {
        CompletionStage<Void> shutdownGracefully();
    }

    interface Stream {
        String user();

        void onClosed(Runnable callback);

        void endAndClose();
    }
}
