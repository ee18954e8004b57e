package io.github.shutdown4j.examples.undertow;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import org.xnio.IoUtils;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

/** An Undertow server whose requests hold guards. The server is stopped after the last of them. */
public final class UndertowService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final Undertow server = Undertow.builder()
            .addHttpListener(Integer.parseInt(System.getenv().getOrDefault("PORT", "8080")), "localhost")
            .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
            .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, 2_000) // for threads that still read from a client
            .setHandler(this::admit)
            .build();
    private final HttpHandler application = Handlers.path(Handlers.httpContinueRead(new BlockingHandler(this::work)))
            .addExactPath("/events", Handlers.serverSentEvents((stream, lastEvent) -> open(stream)))
            .addExactPath("/echo", Handlers.websocket((exchange, socket) -> open(socket)));
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .tracker(requests)
            .tracker(sockets)
            .server("undertow", this::start, server::stop) // the port stays open until the release
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new UndertowService().coordinator.run();
    }

    private void start() {
        server.start();
        var address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        System.out.println("listening on port " + address.getPort());
    }

    /** Wraps the handler of the application. The guard is held until the response has been written. */
    private void admit(HttpServerExchange exchange) throws Exception {
        Optional<ConnectionGuard> guard = requests.tryAcquire(exchange.getRequestPath());
        exchange.addResponseCommitListener(answer -> {
            if (coordinator.trigger().isRequested() && answer.getStatusCode() != StatusCodes.SWITCHING_PROTOCOLS) {
                answer.getResponseHeaders().put(Headers.CONNECTION, "close");
            }
        });
        if (guard.isEmpty()) {
            exchange.setStatusCode(503).endExchange();
            return;
        }
        exchange.addExchangeCompleteListener((done, next) -> {
            guard.get().close();
            next.proceed();
        });
        guard.get().onDrain(() -> exchange.getIoThread().execute(() -> closeIfAnswered(exchange)));
        application.handleRequest(exchange);
    }

    /** A client that has its answer and does not send the rest of its request is not waited for. */
    private static void closeIfAnswered(HttpServerExchange exchange) {
        if (exchange.isResponseComplete() && !exchange.getProtocol().equals(Protocols.HTTP_2_0)) {
            IoUtils.safeClose(exchange.getConnection());
        }
    }

    /** The drain tells the client that the server goes away (1001), and waits until the socket is closed. */
    private void open(WebSocketChannel socket) {
        Optional<ConnectionGuard> guard = sockets.tryAcquire();
        socket.addCloseTask(closed -> guard.ifPresent(ConnectionGuard::close));
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(socket)), () -> goAway(socket));
        socket.getReceiveSetter().set(new Echo());
        socket.resumeReceives();
    }

    private static void goAway(WebSocketChannel socket) {
        WebSockets.sendClose(CloseMessage.GOING_AWAY, "", socket, null);
        // A client that does not reply is not waited for.
        CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS).execute(() -> IoUtils.safeClose(socket));
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private void open(ServerSentEventConnection stream) {
        Optional<ConnectionGuard> guard = sockets.tryAcquire();
        stream.addCloseTask(closed -> guard.ifPresent(ConnectionGuard::close));
        stream.send("first");
        guard.ifPresentOrElse(held -> held.onDrain(stream::shutdown), stream::shutdown);
    }

    private static final class Echo extends AbstractReceiveListener {

        @Override
        protected void onFullTextMessage(WebSocketChannel socket, BufferedTextMessage message) {
            WebSockets.sendText(message.getData(), socket, null);
        }
    }

    private void work(HttpServerExchange exchange) throws IOException, InterruptedException {
        if (exchange.getRequestMethod().equals(Methods.POST)) {
            exchange.getInputStream().readAllBytes();
        }
        Thread.sleep(Long.parseLong(exchange.getQueryParameters().get("ms").getFirst()));
        finished.incrementAndGet();
        String lines = Optional.ofNullable(exchange.getQueryParameters().get("lines"))
                .map(Deque::getFirst)
                .orElse("1");
        exchange.getResponseSender().send("done\n".repeat(Integer.parseInt(lines)));
    }
}
