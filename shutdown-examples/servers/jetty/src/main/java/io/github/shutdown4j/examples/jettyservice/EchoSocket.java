package io.github.shutdown4j.examples.jettyservice;

import java.util.Optional;

import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Sends back what it receives. The drain tells the client that the server goes away (1001). One object for each socket. */
public final class EchoSocket extends Session.Listener.AbstractAutoDemanding {

    private final ConnectionTracker sockets;
    private Optional<ConnectionGuard> guard = Optional.empty();

    EchoSocket(ConnectionTracker sockets) {
        this.sockets = sockets;
    }

    @Override
    public void onWebSocketOpen(Session socket) {
        super.onWebSocketOpen(socket);
        guard = sockets.tryAcquire();
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(socket)), () -> goAway(socket));
    }

    @Override
    public void onWebSocketText(String text) {
        getSession().sendText(text, Callback.NOOP);
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
        guard.ifPresent(ConnectionGuard::close);
        callback.succeed();
    }

    private static void goAway(Session socket) {
        socket.close(StatusCode.SHUTDOWN, "", Callback.NOOP); // 1001
    }
}
