package io.github.shutdown4j.examples.benchmarks.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/** The JDK's server, and the response of all our servers. */
final class Work {

    private Work() {}

    static HttpServer serve(ExecutorService workers, HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        server.setExecutor(workers);
        server.createContext("/work", handler);
        return server;
    }

    static void ready(HttpServer server) {
        System.out.println("READY " + server.getAddress().getPort());
    }

    static void answer(HttpExchange exchange) throws IOException {
        try {
            Thread.sleep(Long.parseLong(exchange.getRequestURI().getQuery().substring("ms=".length())));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        byte[] body = "done\n".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
