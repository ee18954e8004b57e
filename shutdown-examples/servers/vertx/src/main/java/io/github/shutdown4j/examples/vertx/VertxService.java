package io.github.shutdown4j.examples.vertx;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** A Vert.x server whose requests hold guards. The stop closes its port and idle connections. */
public final class VertxService {

    private static final short GOING_AWAY = 1001;

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final Vertx vertx = Vertx.vertx();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final HttpServer server =
            vertx.createHttpServer().requestHandler(this::admit).webSocketHandler(this::open);
    private Future<Void> closed = Future.succeededFuture();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(this::start, this::closePort))
                    .build())
            .connections(requests, sockets)
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new VertxService().run();
    }

    private void run() throws InterruptedException {
        coordinator.resources().register(Resource.of("vert.x", Resource.EARLY_PRIORITY, this::close));
        coordinator.run();
    }

    private void start() throws Exception {
        int port = Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080"));
        server.listen(port).toCompletionStage().toCompletableFuture().get();
        System.out.println("listening on port " + server.actualPort());
    }

    /** Closes the port and idle connections. It does not wait; the drain does. */
    private void closePort() {
        closed = server.shutdown(20, TimeUnit.SECONDS);
    }

    private void close() throws Exception {
        closed.toCompletionStage().toCompletableFuture().get();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    /** Wraps the handler of the application. A router of vertx-web replaces these handlers; it needs a first route instead. */
    private void admit(HttpServerRequest request) {
        String path = request.path(); // null or empty if the client sends none
        Optional<ConnectionGuard> guard = requests.tryAcquire(path == null || path.isEmpty() ? "/" : path);
        request.response().headersEndHandler(unused -> {
            if (coordinator.trigger().isRequested() && request.version() != HttpVersion.HTTP_2) { // which has GOAWAY
                request.response().putHeader("Connection", "close");
            }
        });
        if (guard.isEmpty()) {
            request.response().setStatusCode(503).end();
            return;
        }
        request.response().endHandler(unused -> guard.get().close());
        request.response().closeHandler(unused -> guard.get().close()); // the client left before the answer
        work(request);
    }

    /** Tells the client that the server goes away (1001), where Vert.x would say 1000; the drain waits until it is closed. */
    private void open(ServerWebSocket socket) {
        socket.shutdownHandler(unused -> goAway(socket));
        Optional<ConnectionGuard> guard = sockets.tryAcquire();
        guard.ifPresentOrElse(held -> socket.closeHandler(closed -> held.close()), () -> goAway(socket));
        socket.textMessageHandler(socket::writeTextMessage);
    }

    private static void goAway(ServerWebSocket socket) {
        var unused = socket.close(GOING_AWAY);
    }

    private void work(HttpServerRequest request) {
        vertx.setTimer(Long.parseLong(request.getParam("ms")), timer -> {
            finished.incrementAndGet();
            var unused = request.response().end("done\n");
        });
    }
}
