package io.github.shutdown4j.examples.helidon;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.websocket.WsRouting;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

/** A Helidon server whose requests hold guards. The server is stopped after the last of them. */
public final class HelidonService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final WebServer server = WebServer.builder()
            .port(Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080")))
            .shutdownHook(false) // Helidon would stop the server as soon as the JVM exits
            .routing(routing -> routing.addFilter(this::admit)
                    .get("/work", this::work)
                    .post("/work", this::work)
                    .get("/events", HelidonService::events))
            .addRouting(WsRouting.builder().endpoint("/echo", () -> new EchoSocket(sockets)))
            .build();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .tracker(requests)
            .tracker(sockets)
            .server("helidon", this::start, server::stop) // the port stays open until the release
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new HelidonService().coordinator.run();
    }

    private void start() {
        server.start();
        System.out.println("listening on port " + server.port());
    }

    /** Helidon writes the response before {@code proceed} returns. */
    private void admit(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        response.beforeSend(() -> {
            boolean http1 = request.prologue().protocolVersion().startsWith("1"); // HTTP/2 would reset the stream
            if (http1 && coordinator.trigger().isRequested()) {
                response.header(HeaderValues.CONNECTION_CLOSE);
            }
        });
        Optional<ConnectionGuard> guard = requests.tryAcquire(request.path().path());
        if (guard.isEmpty()) {
            response.status(Status.SERVICE_UNAVAILABLE_503).send();
            return;
        }
        request.context().register(guard.get()); // for the handler
        try (ConnectionGuard held = guard.get()) {
            chain.proceed();
        }
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private static void events(ServerRequest request, ServerResponse response)
            throws IOException, InterruptedException {
        CountDownLatch draining = new CountDownLatch(1);
        request.context().get(ConnectionGuard.class).orElseThrow().onDrain(draining::countDown);
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
        try (OutputStream out = response.outputStream()) {
            out.write("data: first\n\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            draining.await();
        }
    }

    private void work(ServerRequest request, ServerResponse response) throws InterruptedException {
        if (request.prologue().method().equals(Method.POST)) {
            request.content().as(byte[].class);
        }
        Thread.sleep(Long.parseLong(request.query().get("ms")));
        finished.incrementAndGet();
        int lines = Integer.parseInt(request.query().first("lines").orElse("1"));
        response.send("done\n".repeat(lines));
    }
}
