package io.github.shutdown4j.examples.helidon;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** A Helidon server that drains itself. */
public final class HelidonService {

    private final AtomicLong finished = new AtomicLong();
    private final WebServer server = WebServer.builder()
            .port(Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080")))
            .shutdownHook(false) // Helidon would stop the server as soon as the JVM exits
            .shutdownGracePeriod(Duration.ofSeconds(20)) // for requests in flight; the default is 500 ms
            .routing(routing -> routing.addFilter(this::addConnectionClose).get("/work", this::work))
            .build();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(this::start, () -> {})) // stopped by the drain
                    .build())
            .drain("helidon", this::drain)
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new HelidonService().coordinator.run();
    }

    private void start() {
        server.start();
        System.out.println("listening on port " + server.port());
    }

    private CompletionStage<?> drain() {
        server.stop(); // closes the port and waits for the requests in flight
        return CompletableFuture.completedFuture(null);
    }

    private void addConnectionClose(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.beforeSend(() -> {
            boolean http1 = request.prologue().protocolVersion().startsWith("1"); // HTTP/2 would reset the stream
            if (http1 && coordinator.trigger().isRequested()) {
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
        });
        chain.proceed();
    }

    private void work(ServerRequest request, ServerResponse response) throws InterruptedException {
        Thread.sleep(Long.parseLong(request.query().get("ms")));
        finished.incrementAndGet();
        response.send("done\n");
    }
}
