package io.github.shutdown4j.examples.undertow;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.util.Headers;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** An Undertow server whose requests hold guards. The server is stopped after the last of them. */
public final class UndertowService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final Undertow server = Undertow.builder()
            .addHttpListener(Integer.parseInt(System.getenv().getOrDefault("PORT", "8080")), "localhost")
            .setHandler(this::admit)
            .build();
    private final HttpHandler application = new BlockingHandler(this::work);
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .connections(requests)
            .service("undertow", this::start, server::stop) // the port stays open until the release
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
            if (coordinator.trigger().isRequested()) {
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
        application.handleRequest(exchange);
    }

    private void work(HttpServerExchange exchange) throws InterruptedException {
        Thread.sleep(Long.parseLong(exchange.getQueryParameters().get("ms").getFirst()));
        finished.incrementAndGet();
        exchange.getResponseSender().send("done\n");
    }
}
