package io.github.shutdown4j.examples.backend.web;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import io.javalin.websocket.WsCloseStatus;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** A WebSocket that echoes messages. When the drain begins, each client gets close code 1001, going away. */
final class EchoSocket {

    private final ConnectionTracker streams;
    private final Map<String, ConnectionGuard> open = new ConcurrentHashMap<>();

    EchoSocket(ConnectionTracker streams) {
        this.streams = streams;
    }

    void register(WsConfig socket) {
        socket.onConnect(this::open);
        socket.onMessage(message -> message.send(message.message()));
        socket.onClose(this::forget);
        socket.onError(this::forget);
    }

    private void open(WsContext client) {
        Optional<ConnectionGuard> guard = streams.tryAcquire("socket");
        if (guard.isEmpty()) {
            goAway(client);
            return;
        }
        open.put(client.sessionId(), guard.get());
        guard.get().onDrain(() -> goAway(client));
    }

    private static void goAway(WsContext client) {
        client.closeSession(WsCloseStatus.GOING_AWAY, "shutting down");
    }

    private void forget(WsContext client) {
        ConnectionGuard guard = open.remove(client.sessionId());
        if (guard != null) {
            guard.close();
        }
    }
}
