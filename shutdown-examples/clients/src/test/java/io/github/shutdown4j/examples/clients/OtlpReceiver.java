package io.github.shutdown4j.examples.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Receives OTLP over HTTP on the loopback address and records the bodies, which contain the names of spans and meters.
 */
final class OtlpReceiver implements AutoCloseable {

    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    OtlpReceiver() throws IOException {
        server.createContext("/v1/", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            // Protocol buffers messages, in which names are readable.
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    boolean has(String name) {
        return bodies.stream().anyMatch(body -> body.contains(name));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
