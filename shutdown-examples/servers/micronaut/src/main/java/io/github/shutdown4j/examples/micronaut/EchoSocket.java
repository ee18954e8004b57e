package io.github.shutdown4j.examples.micronaut;

import java.util.Optional;

import io.micronaut.websocket.CloseReason;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.OnClose;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.micronaut.websocket.annotation.ServerWebSocket;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Sends back what it receives. Tells the client that the server goes away (1001) in the drain. */
@ServerWebSocket("/echo")
final class EchoSocket {

    private static final String GUARD = "guard";

    private final ConnectionTracker requests;

    EchoSocket(ConnectionTracker requests) {
        this.requests = requests;
    }

    @OnOpen
    void open(WebSocketSession socket) {
        Optional<ConnectionGuard> guard = requests.tryAcquire("/echo");
        guard.ifPresent(held -> socket.put(GUARD, held));
        guard.ifPresentOrElse(
                held -> held.onDrain(() -> socket.close(CloseReason.GOING_AWAY)),
                () -> socket.close(CloseReason.GOING_AWAY));
    }

    @OnMessage
    void echo(String message, WebSocketSession socket) {
        socket.sendSync(message);
    }

    @OnClose
    void close(WebSocketSession socket) {
        socket.get(GUARD, ConnectionGuard.class).ifPresent(ConnectionGuard::close);
    }
}
