package io.github.shutdown4j;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import io.github.shutdown4j.internal.Checks;

/**
 * Answers health probes in the HTTP server of the JDK: GET and HEAD with 200 or 503 and a JSON body, other methods with
 * 405.
 *
 * <pre>{@code
 * server.createContext("/health/live", HealthHandler.live(coordinator.health()));
 * server.createContext("/health/ready", HealthHandler.ready(coordinator.health()));
 * }</pre>
 *
 * <p>A probe waits for the checks, at most for the longest of their limits. The server needs an executor with several
 * threads; otherwise a hanging check delays other requests.
 *
 * <p>Needs the module {@code jdk.httpserver}, without which this class cannot be loaded: {@link NoClassDefFoundError}.
 */
public final class HealthHandler implements HttpHandler {

    private final ShutdownHealth health;
    private final boolean readiness;

    private HealthHandler(ShutdownHealth health, boolean readiness) {
        this.health = Checks.notNull("health", health);
        this.readiness = readiness;
    }

    /**
     * Returns a handler that answers 200 while {@link ShutdownHealth#isLive}. It runs no checks; its body has their latest
     * results.
     */
    public static HealthHandler live(ShutdownHealth health) {
        return new HealthHandler(health, false);
    }

    /** Returns a handler that answers 200 while {@link ShutdownHealth#isReady}; the body is {@link ShutdownHealth#toJson}. */
    public static HealthHandler ready(ShutdownHealth health) {
        return new HealthHandler(health, true);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (method.equals("GET") || method.equals("HEAD")) {
                answer(exchange, method.equals("HEAD"));
            } else {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
            }
        }
    }

    private void answer(HttpExchange exchange, boolean head) throws IOException {
        ShutdownHealth.Snapshot snapshot = health.snapshot(readiness);
        boolean good = readiness ? snapshot.ready() : snapshot.live();
        byte[] body = snapshot.toJson().getBytes(StandardCharsets.UTF_8);
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/json");
        headers.set("Cache-Control", "no-store");
        if (head) {
            headers.set("Content-Length", Integer.toString(body.length));
        }
        exchange.sendResponseHeaders(good ? 200 : 503, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }
}
