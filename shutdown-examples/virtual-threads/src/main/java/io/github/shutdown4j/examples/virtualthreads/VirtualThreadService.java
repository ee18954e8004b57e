package io.github.shutdown4j.examples.virtualthreads;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * A web server with a virtual thread for each request. Virtual threads are daemon threads, so nothing waits for them unless
 * they hold guards. The close() of the executor waits without limit; {@link Resources#executor} does not.
 *
 * <p>WORKERS=platform in the environment uses platform threads instead, for comparison.
 */
public final class VirtualThreadService {

    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong interrupted = new AtomicLong();
    private volatile boolean ending;

    public static void main(String[] args) throws Exception {
        new VirtualThreadService().run(System.getenv());
    }

    private void run(Map<String, String> environment) throws IOException, InterruptedException {
        int port = Integer.parseInt(environment.getOrDefault("PORT", "8080"));
        // The server's own limit: a request must arrive within 5 s. Its worker is waited for, and has no guard yet.
        System.setProperty("sun.net.httpserver.maxReqTime", "5");
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 1_000);
        ExecutorService workers = environment.getOrDefault("WORKERS", "virtual").equals("virtual")
                ? Executors.newVirtualThreadPerTaskExecutor()
                : Executors.newCachedThreadPool();
        server.setExecutor(workers);
        server.createContext("/work", this::work);
        server.createContext("/in-hand", exchange -> answer(exchange, 200, requests.inFlight() + "\n"));

        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add("http", Service.startOnly(() -> open(server))) // serves until it is released
                        .build())
                .tracker(requests)
                .listener(new ShutdownListener() {
                    @Override
                    public void onShutdown(ShutdownReason reason) {
                        ending = true;
                    }
                })
                .onFinished(report -> {
                    System.out.println("work finished: " + finished);
                    System.out.println("work interrupted: " + interrupted);
                    System.out.println(report.toText());
                })
                .build();
        ResourceManager resources = coordinator.resources();
        resources.register(Resources.executor("workers", workers));
        resources.register(
                Resource.of("http server", () -> close(server, workers)).withAfter("workers"));
        coordinator.run();
    }

    private static void open(HttpServer server) {
        server.start();
        System.out.println("listening on port " + server.getAddress().getPort());
    }

    /** The workers have finished, or were interrupted at their limit and may respond to their clients. */
    private static void close(HttpServer server, ExecutorService workers) throws InterruptedException {
        var unused = workers.awaitTermination(1, TimeUnit.SECONDS);
        server.stop(0);
    }

    private void work(HttpExchange exchange) throws IOException {
        Optional<ConnectionGuard> guard = requests.tryAcquire();
        if (guard.isEmpty()) {
            answer(exchange, 503, "shutting down\n");
            return;
        }
        try (ConnectionGuard held = guard.get()) {
            Thread.sleep(Long.parseLong(exchange.getRequestURI().getQuery().replaceFirst("^ms=", "")));
            finished.incrementAndGet();
            answer(exchange, 200, "done\n");
        } catch (InterruptedException outOfTime) {
            interrupted.incrementAndGet();
            answer(exchange, 503, "timed out\n");
        }
    }

    private void answer(HttpExchange exchange, int status, String text) throws IOException {
        if (ending || requests.isClosed()) { // every response closes its connection
            exchange.getResponseHeaders().set("Connection", "close");
        }
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
