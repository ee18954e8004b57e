package io.github.shutdown4j.examples.vertx;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.internal.VertxBootstrap;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

/** A Vert.x server whose requests hold guards. The server is closed after the last of them. */
public final class VertxService {

    private static final short GOING_AWAY = 1001;

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final ServerPort port = new ServerPort();
    private final Vertx vertx =
            VertxBootstrap.create().transport(new AnnouncingTransport()).init().vertx();
    private final HttpServer server = vertx.createHttpServer(
                    new HttpServerOptions().setHandle100ContinueAutomatically(true))
            .requestHandler(this::admit)
            .webSocketHandler(this::open);
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .tracker(requests)
            .tracker(sockets)
            .server("vert.x", this::start, this::close) // the port stays open until the release
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new VertxService().coordinator.run();
    }

    private Future<?> start() {
        int number = Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080"));
        return server.listen(number).onSuccess(open -> System.out.println("listening on port " + server.actualPort()));
    }

    /** The shutdown of the server sends GOAWAY on HTTP/2. It cuts answers that are not yet written, so it comes last. */
    private void close() throws InterruptedException {
        port.close();
        server.shutdown(2, TimeUnit.SECONDS).await();
        vertx.close().await();
    }

    /** Wraps the handler of the application, whose future completes when the response has been written. */
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
        Future.succeededFuture(request) // so that the future fails if the handler throws
                .compose(admitted -> "/events".equals(path) ? events(admitted, guard.get()) : work(admitted))
                .recover(failure -> fail(request.response()))
                .onComplete(written -> guard.get().close());
    }

    private static Future<Void> fail(HttpServerResponse response) {
        return response.headWritten()
                ? response.reset().mapEmpty()
                : response.setStatusCode(500).end();
    }

    /** The drain tells the client that the server goes away (1001), and waits until the socket is closed. */
    private void open(ServerWebSocket socket) {
        Optional<ConnectionGuard> guard = sockets.tryAcquire();
        socket.closeHandler(closed -> guard.ifPresent(ConnectionGuard::close));
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(socket)), () -> goAway(socket));
        socket.textMessageHandler(socket::writeTextMessage);
    }

    private static void goAway(ServerWebSocket socket) {
        var unused = socket.close(GOING_AWAY);
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private static Future<Void> events(HttpServerRequest request, ConnectionGuard guard) {
        Promise<Void> over = Promise.promise();
        HttpServerResponse response = request.response();
        response.closeHandler(left -> over.tryComplete());
        guard.onDrain(() -> response.end().onComplete(ended -> over.tryComplete()));
        return response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .write("data: first\n\n")
                .compose(written -> over.future());
    }

    private Future<Void> work(HttpServerRequest request) {
        int lines = Integer.parseInt(request.getParam("lines", "1"));
        Future<?> read = request.method().equals(HttpMethod.POST) ? request.body() : Future.succeededFuture();
        return read.compose(body -> vertx.timer(Long.parseLong(request.getParam("ms")), TimeUnit.MILLISECONDS))
                .compose(fired -> {
                    finished.incrementAndGet();
                    return request.response().end("done\n".repeat(lines));
                });
    }

    /** Tells of each port. */
    private final class AnnouncingTransport extends NioTransport {

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            ChannelFactory<? extends ServerChannel> factory = super.serverChannelFactory(domainSocket);
            return () -> {
                ServerChannel opening = factory.newChannel();
                port.add(opening);
                return opening;
            };
        }
    }
}
