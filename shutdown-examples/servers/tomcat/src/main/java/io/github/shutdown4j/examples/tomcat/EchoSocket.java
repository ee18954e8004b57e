package io.github.shutdown4j.examples.tomcat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpointConfig;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Sends back what it receives. The drain tells the client that the server goes away (1001). */
final class EchoSocket extends Endpoint {

    private final ConnectionTracker sockets;
    private Optional<ConnectionGuard> guard = Optional.empty();

    private EchoSocket(ConnectionTracker sockets) {
        this.sockets = sockets;
    }

    /** An endpoint of its own for each socket. */
    static ServerEndpointConfig at(String path, ConnectionTracker sockets) {
        return ServerEndpointConfig.Builder.create(EchoSocket.class, path)
                .configurator(new ServerEndpointConfig.Configurator() {
                    @Override
                    public <T> T getEndpointInstance(Class<T> type) {
                        return type.cast(new EchoSocket(sockets));
                    }
                })
                .build();
    }

    @Override
    public void onOpen(Session socket, EndpointConfig config) {
        socket.addMessageHandler(String.class, text -> echo(socket, text));
        guard = sockets.tryAcquire();
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(socket)), () -> goAway(socket));
    }

    private static void echo(Session socket, String text) {
        var unused = socket.getAsyncRemote().sendText(text);
    }

    @Override
    public void onClose(Session socket, CloseReason reason) {
        guard.ifPresent(ConnectionGuard::close);
    }

    private static void goAway(Session socket) {
        try {
            socket.close(new CloseReason(CloseReason.CloseCodes.GOING_AWAY, ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
