package io.github.shutdown4j.examples.benchmarks.programs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.slf4j.LoggerFactory;

/**
 * What the quickstart does until it is ready, without shutdown4j: logs three lines, writes and reads a state by databind, opens
 * a server with a pool and four handlers. The argument is the port.
 */
public final class Served {

    /** The saved state. */
    public record State(long finishedRequests) {}

    private Served() {}

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        LoggerFactory.getLogger(Served.class).info("starts, port {}", port);
        State state = state(Path.of("served.json"));
        LoggerFactory.getLogger(Served.class).info("{} requests so far", state.finishedRequests());
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/work", exchange -> answer(exchange, 200));
        server.createContext("/count", exchange -> answer(exchange, 200));
        server.createContext("/health/live", exchange -> answer(exchange, 204));
        server.createContext("/health/ready", exchange -> answer(exchange, 204));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(0), "hook"));
        server.start();
        LoggerFactory.getLogger(Served.class).info("ready");
        System.out.println("http://localhost:" + port + "/work?ms=1000 is open; Ctrl-C ends it, or kill "
                + ProcessHandle.current().pid());
    }

    private static State state(Path file) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        Files.write(file, mapper.writeValueAsBytes(new State(1)));
        return mapper.readValue(Files.readAllBytes(file), State.class);
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, -1);
        }
    }
}
