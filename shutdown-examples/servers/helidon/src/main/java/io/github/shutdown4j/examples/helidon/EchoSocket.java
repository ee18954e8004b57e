package io.github.shutdown4j.examples.helidon;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.helidon.websocket.WsCloseCodes;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Sends back what it receives. The drain tells the client that the server goes away (1001). One object for each socket. */
final class EchoSocket implements WsListener {

    private final ConnectionTracker sockets;
    private Optional<ConnectionGuard> guard = Optional.empty();

    EchoSocket(ConnectionTracker sockets) {
        this.sockets = sockets;
    }

    @Override
    public void onOpen(WsSession socket) {
        guard = sockets.tryAcquire();
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(socket, held)), () -> goAway(socket));
    }

    @Override
    public void onMessage(WsSession socket, String text, boolean last) {
        socket.send(text, last);
    }

    @Override
    public void onClose(WsSession socket, int status, String reason) {
        guard.ifPresent(ConnectionGuard::close);
    }

    @Override
    public void onError(WsSession socket, Throwable failure) {
        guard.ifPresent(ConnectionGuard::close);
    }

    /** A client that does not reply is not waited for. */
    private static void goAway(WsSession socket, ConnectionGuard held) {
        CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS).execute(held::close);
        goAway(socket);
    }

    private static void goAway(WsSession socket) {
        socket.close(WsCloseCodes.GOING_AWAY, "");
    }
}
