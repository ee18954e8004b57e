package io.github.shutdown4j.examples.guide.drain;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resources;

/** A server that finishes accepted requests and refuses new ones. */
public final class Requests {

    private Requests() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var requests = ConnectionTracker.create("requests");
        var coordinator = ShutdownCoordinator.builder().tracker(requests).build();

        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var workers = Executors.newFixedThreadPool(8);
        server.setExecutor(workers);
        server.createContext("/", exchange -> handle(exchange, requests));
        coordinator.resources().register(Resources.httpServer("http server", server));
        coordinator.resources().register(Resources.executor("http workers", workers));
        server.start();
        System.out.println("port " + server.getAddress().getPort());
        coordinator.run();
    }

    private static void handle(HttpExchange exchange, ConnectionTracker requests) throws IOException {
        try (exchange) {
            var guard = requests.tryAcquire();
            if (guard.isEmpty()) {
                exchange.sendResponseHeaders(503, -1); // the drain has begun
                return;
            }
            try (ConnectionGuard held = guard.get()) {
                System.out.println("request " + requests.admitted());
                pretendToWork();
                exchange.sendResponseHeaders(200, -1);
            }
        }
    }

    private static void pretendToWork() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
