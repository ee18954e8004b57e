package io.github.shutdown4j.examples.guide.drain;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

/** Guards in blocking, asynchronous and long work. */
final class Guards {

    private Guards() {}

    static void blocking(ConnectionTracker tracker, Runnable work) {
        try (ConnectionGuard guard = tracker.acquire()) {
            work.run();
        }
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
        guard.onDrain(stream::sayGoodbyeAndClose);
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

    interface Stream {
        String user();

        void onClosed(Runnable callback);

        void sayGoodbyeAndClose();
    }
}
