package io.github.shutdown4j.examples.springboot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Sends back what it receives. The drain tells the client that the server goes away (1001). */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class EchoSockets extends TextWebSocketHandler implements WebSocketConfigurer {

    private static final String GUARD = "guard";

    private final ConnectionTracker requests;

    EchoSockets(@Qualifier("shutdownRequests") ConnectionTracker requests) {
        this.requests = requests;
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
        registry.addHandler(this, "/echo");
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession socket) {
        Optional<ConnectionGuard> guard = requests.tryAcquire("/echo");
        guard.ifPresent(held -> socket.getAttributes().put(GUARD, held));
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(socket)), () -> goAway(socket));
    }

    @Override
    protected void handleTextMessage(WebSocketSession socket, TextMessage message) throws IOException {
        socket.sendMessage(message);
    }

    @Override
    public void afterConnectionClosed(WebSocketSession socket, CloseStatus status) {
        if (socket.getAttributes().get(GUARD) instanceof ConnectionGuard guard) {
            guard.close();
        }
    }

    private static void goAway(WebSocketSession socket) {
        try {
            socket.close(CloseStatus.GOING_AWAY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
