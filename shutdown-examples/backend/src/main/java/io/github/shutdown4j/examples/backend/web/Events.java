package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.javalin.http.sse.SseClient;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Streams of server-sent events: once a second, how many jobs are in hand. A stream has no end of its own, so it holds a
 * guard and is told when the drain begins.
 */
public final class Events implements Service {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ConnectionTracker streams;
    private final JobDesk jobs;
    private final Set<SseClient> clients = ConcurrentHashMap.newKeySet();

    public Events(ConnectionTracker streams, JobDesk jobs) {
        this.streams = streams;
        this.jobs = jobs;
    }

    @Override
    public void run(ServiceContext context) throws InterruptedException {
        context.ready();
        while (!context.awaitStop(PAUSE)) {
            clients.forEach(client -> client.sendEvent("jobs", jobs.inHand()));
        }
    }

    void join(SseClient client) {
        Optional<ConnectionGuard> guard = streams.tryAcquire("events");
        if (guard.isEmpty()) {
            return; // nothing keeps it open, so it ends here
        }
        client.keepAlive();
        client.onClose(() -> {
            clients.remove(client);
            guard.get().close();
        });
        clients.add(client);
        guard.get().onDrain(() -> {
            client.sendEvent("goodbye", Map.of("reason", "shutting down"));
            client.close();
        });
    }
}
