package io.github.shutdown4j.examples.backend.web;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import io.javalin.http.sse.SseClient;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;

/**
 * Streams of server-sent events with the state of this process: at once, then once a second. A stream has no end of its
 * own, so it holds a guard; when the drain begins it gets an event named goodbye and is closed.
 */
public final class Events implements Service {

    static final String MEDIA_TYPE = "text/event-stream";

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final ConnectionTracker streams;
    private final Supplier<?> state;
    private final Set<SseClient> clients = ConcurrentHashMap.newKeySet();

    /** @param state becomes JSON */
    public Events(ConnectionTracker streams, Supplier<?> state) {
        this.streams = streams;
        this.state = state;
    }

    @Override
    public void run(ServiceContext context) throws InterruptedException {
        context.ready();
        while (!context.awaitStop(PERIOD)) {
            if (!clients.isEmpty()) {
                Object now = state.get();
                clients.forEach(client -> client.sendEvent("state", now));
            }
        }
        Object last = state.get(); // with the shutdown in it
        clients.forEach(client -> client.sendEvent("state", last));
    }

    /** Whatever the client accepts: there is only this one form. Only a browser's address bar is sent to the live page. */
    void stream(Context ctx) throws Exception {
        String accept = ctx.header(Header.ACCEPT);
        if (accept != null && accept.contains("text/html") && !accept.contains(MEDIA_TYPE)) {
            ctx.status(303).header(Header.LOCATION, "/");
            return;
        }
        ctx.status(200).contentType(MEDIA_TYPE + ";charset=utf-8");
        ctx.header(Header.CONNECTION, "close").header(Header.CACHE_CONTROL, "no-cache");
        ctx.header("X-Accel-Buffering", "no");
        if (ctx.method().equals(HandlerType.HEAD)) {
            return;
        }
        ctx.res().flushBuffer();
        ctx.async(config -> config.timeout = 0, () -> join(new SseClient(ctx)));
    }

    private void join(SseClient client) {
        Optional<ConnectionGuard> guard = streams.tryAcquire("events");
        if (guard.isEmpty()) {
            sayGoodbye(client); // nothing keeps it open, so it ends here
            return;
        }
        client.onClose(() -> {
            clients.remove(client);
            guard.get().close();
        });
        client.keepAlive(); // first: to close it is what ends it
        client.sendEvent("state", state.get());
        clients.add(client);
        guard.get().onDrain(() -> sayGoodbye(client));
    }

    private static void sayGoodbye(SseClient client) {
        client.sendEvent("goodbye", Map.of("reason", "shutting down"));
        client.close();
    }
}
