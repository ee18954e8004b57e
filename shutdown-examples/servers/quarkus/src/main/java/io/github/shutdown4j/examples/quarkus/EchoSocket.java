package io.github.shutdown4j.examples.quarkus;

import java.util.Optional;

import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;

import io.github.shutdown4j.connections.ConnectionGuard;

/** Sends back what it receives. The drain tells the client that the server goes away (1001). */
@WebSocket(path = "/echo")
final class EchoSocket {

    private static final CloseReason GOING_AWAY = new CloseReason(1001);
    private static final TypedKey<ConnectionGuard> GUARD = new TypedKey<>("guard");

    @OnOpen
    void open(WebSocketConnection socket) {
        Optional<ConnectionGuard> guard = QuarkusService.SOCKETS.tryAcquire();
        guard.ifPresent(held -> socket.userData().put(GUARD, held));
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(socket)), () -> goAway(socket));
    }

    @OnTextMessage
    String echo(String text) {
        return text;
    }

    @OnClose
    void close(WebSocketConnection socket) {
        ConnectionGuard guard = socket.userData().get(GUARD);
        if (guard != null) {
            guard.close();
        }
    }

    private static void goAway(WebSocketConnection socket) {
        var unused = socket.close(GOING_AWAY).subscribeAsCompletionStage();
    }
}
