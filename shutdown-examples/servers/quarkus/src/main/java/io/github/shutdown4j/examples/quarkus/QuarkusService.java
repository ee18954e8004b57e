package io.github.shutdown4j.examples.quarkus;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** A Quarkus application that returns from {@code run} after the last request; then Quarkus closes everything. */
@QuarkusMain
public final class QuarkusService implements QuarkusApplication {

    /** Static, so that the observers below share them with the application that Quarkus runs. */
    private static final AtomicLong FINISHED = new AtomicLong();

    private static final ConnectionTracker REQUESTS = ConnectionTracker.create("requests");
    static final ConnectionTracker SOCKETS = ConnectionTracker.create("web sockets");
    private static final ShutdownCoordinator COORDINATOR = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .connections(REQUESTS, SOCKETS)
            .onFinished(report -> System.out.println("work finished: " + FINISHED))
            .returnWhenDone() // the exit is left to Quarkus
            .build();

    private final HttpServer server;

    @Inject
    QuarkusService(HttpServer server) {
        this.server = server;
    }

    @Override
    public int run(String... args) throws InterruptedException {
        System.out.println("listening on port " + server.getPort());
        return COORDINATOR.run().exitCode();
    }

    static void filters(@Observes Filters filters) {
        filters.register(QuarkusService::admit, 1_000); // before the others
    }

    private static void admit(RoutingContext context) {
        if ("websocket".equalsIgnoreCase(context.request().getHeader("Upgrade"))) {
            context.next(); // has a guard of its own, and no response that ends
            return;
        }
        String path = context.request().path(); // null or empty if the client sends none
        Optional<ConnectionGuard> guard = REQUESTS.tryAcquire(path == null || path.isEmpty() ? "/" : path);
        context.addHeadersEndHandler(unused -> {
            if (COORDINATOR.trigger().isRequested()
                    && context.request().version() != HttpVersion.HTTP_2) { // which has GOAWAY
                context.response().putHeader("Connection", "close");
            }
        });
        if (guard.isEmpty()) {
            context.response().setStatusCode(503).end();
            return;
        }
        context.addEndHandler(unused -> closeWhenWritten(guard.get(), context));
        context.next();
    }

    /** The response has been handed to Vert.x, and is written when the flush behind it is complete. */
    private static void closeWhenWritten(ConnectionGuard guard, RoutingContext context) {
        ConnectionBase connection = (ConnectionBase) context.request().connection();
        connection.flush(connection.channelHandlerContext().newPromise().addListener(written -> guard.close()));
    }

    static void routes(@Observes Router router) {
        router.get("/work").blockingHandler(QuarkusService::work, false);
    }

    private static void work(RoutingContext context) {
        try {
            Thread.sleep(Long.parseLong(context.request().getParam("ms")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        FINISHED.incrementAndGet();
        int lines = Integer.parseInt(context.request().getParam("lines", "1"));
        var unused = context.response().end("done\n".repeat(lines));
    }
}
