package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Streams of server-sent events with the state of this process: at once, then periodically. A stream does not end by itself, so
 * it holds a guard; when the drain begins, it gets an event named goodbye and ends. A client that does not read is cut off and
 * delays neither the others nor the drain.
 */
public final class Events implements Service {

    static final String MEDIA_TYPE = "text/event-stream";

    private final ConnectionTracker streams;
    private final Supplier<?> state;
    private final Duration period;
    private final Set<EventStream> clients = ConcurrentHashMap.newKeySet();

    /** @param state is sent as JSON */
    public Events(ConnectionTracker streams, Supplier<?> state, Duration period) {
        this.streams = streams;
        this.state = state;
        this.period = period;
    }

    @Override
    public void run(ServiceContext context) throws InterruptedException {
        context.ready();
        while (!context.awaitStop(period)) {
            sendState();
        }
        sendState(); // including that of the shutdown
    }

    private void sendState() {
        if (!clients.isEmpty()) {
            byte[] event = EventStream.event("state", state.get());
            clients.forEach(client -> client.send(event));
        }
    }

    /**
     * Regardless of the Accept header: this is the only format. Only a browser's address bar is sent to the live page.
     */
    void stream(Context ctx) {
        String accept = ctx.header(Header.ACCEPT);
        if (accept != null && accept.contains("text/html") && !accept.contains(MEDIA_TYPE)) {
            ctx.status(303).header(Header.LOCATION, "/");
            return;
        }
        ctx.status(200).contentType(MEDIA_TYPE + ";charset=utf-8");
        ctx.header(Header.CONNECTION, "close").header(Header.CACHE_CONTROL, "no-cache");
        ctx.header("X-Accel-Buffering", "no");
        if (!ctx.method().equals(HandlerType.HEAD)) {
            ctx.future(() -> begin(ctx));
        }
    }

    private CompletableFuture<Void> begin(Context ctx) {
        byte[] now = EventStream.event("state", state.get());
        EventStream client;
        try {
            client = EventStream.open(ctx);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        Optional<ConnectionGuard> guard = streams.tryAcquire("events");
        if (guard.isEmpty()) {
            endStream(client); // no guard was granted, so it ends here
            return client.ended();
        }
        client.send(now);
        clients.add(client);
        var unused = client.ended().thenRun(() -> {
            clients.remove(client);
            guard.get().close();
        });
        guard.get().onDrain(() -> endStream(client));
        return client.ended();
    }

    private static void endStream(EventStream client) {
        client.end(EventStream.event("goodbye", Map.of("reason", "shutting down")));
    }
}
