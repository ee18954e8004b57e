package io.github.shutdown4j.examples.benchmarks.servers;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** The JDK's server as in the tutorial: a service, a tracker for the requests, and two resources. */
public final class CoordinatedServer {

    private CoordinatedServer() {}

    public static void main(String[] args) throws Exception {
        ConnectionTracker requests = ConnectionTracker.create("requests");
        ExecutorService workers = Executors.newCachedThreadPool();
        HttpServer server = Work.serve(workers, exchange -> {
            Optional<ConnectionGuard> guard = requests.tryAcquire();
            if (guard.isEmpty()) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            try (ConnectionGuard held = guard.get()) {
                Work.answer(exchange);
            }
        });
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .services(ServiceGroup.builder()
                        .add("http", Service.startOnly(server::start))
                        .build())
                .tracker(requests)
                .build();
        coordinator.resources().register(Resources.httpServer("http server", server));
        coordinator.resources().register(Resources.executor("http workers", workers));
        coordinator.start();
        if (coordinator.awaitReady(Duration.ofSeconds(10))) {
            Work.ready(server);
        }
        var unused = coordinator.await();
    }
}
