package io.github.shutdown4j.examples.quarkus;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.vertx.http.HttpServer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.resources.Resource;

/** A Quarkus application that returns from {@code run} after the last request; then Quarkus closes everything. */
@QuarkusMain
public final class QuarkusService implements QuarkusApplication {

    /** Static, so that the observers below share them with the application that Quarkus runs. */
    private static final AtomicLong FINISHED = new AtomicLong();

    /** The key of the guard of a request: its {@code onDrain} can end a response that does not end by itself. */
    private static final String GUARD = "guard";

    /** The key of the future that completes when a handler on another thread has returned. */
    private static final String HANDLED = "handled";

    private static final ConnectionTracker REQUESTS =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    static final ConnectionTracker SOCKETS = ConnectionTracker.create("web sockets");
    private static final ServerPort PORT = new ServerPort();
    private static final ShutdownCoordinator COORDINATOR = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .tracker(REQUESTS)
            .tracker(SOCKETS)
            .resource(Resource.of("port", Resource.EARLY_PRIORITY, PORT::close))
            .onFinished(report -> System.out.println("work finished: " + FINISHED))
            .returnWhenDone() // the exit is left to Quarkus
            .build();

    private final HttpServer server;
    private final Vertx vertx;

    @Inject
    QuarkusService(HttpServer server, Vertx vertx) {
        this.server = server;
        this.vertx = vertx;
    }

    @Override
    public int run(String... args) throws InterruptedException {
        ((VertxInternal) vertx).getAcceptorEventLoopGroup().forEach(QuarkusService::addPorts);
        COORDINATOR.start(); // until then, Quarkus takes the signals
        System.out.println("listening on port " + server.getPort());
        return COORDINATOR.await().exitCode();
    }

    /** That are open in an event loop which accepts connections. */
    private static void addPorts(EventExecutor loop) {
        loop.submit(() -> ((SingleThreadEventLoop) loop)
                        .registeredChannelsIterator()
                        .forEachRemaining(PORT::add))
                .syncUninterruptibly();
    }

    static void filters(@Observes Filters filters) {
        filters.register(QuarkusService::admit, 1_000); // before the others
    }

    private static void admit(RoutingContext context) {
        context.addHeadersEndHandler(unused -> addConnectionClose(context));
        if (context.get(GUARD) != null) { // rerouted, which forgets the handler above and keeps the guard
            context.next();
            return;
        }
        String path = context.request().path(); // null or empty if the client sends none
        Optional<ConnectionGuard> guard = REQUESTS.tryAcquire(path == null || path.isEmpty() ? "/" : path);
        if (guard.isEmpty()) {
            context.response().setStatusCode(503).end();
            return;
        }
        context.put(GUARD, guard.get());
        ConnectionBase connection = (ConnectionBase) context.request().connection();
        ChannelHandlerContext netty = connection.channelHandlerContext();
        if (netty.handler() instanceof Http2ConnectionHandler http2) {
            closeWithStream(context, guard.get(), http2.connection());
        } else {
            if (context.request().headers().contains("Upgrade")) {
                netty.pipeline().addBefore(netty.name(), null, new UpgradeHandler(guard.get()));
            }
            // The response has been handed to Vert.x, and is written when the flush behind it is complete.
            context.addEndHandler(unused -> connection.flush(
                    netty.newPromise().addListener(written -> closeWhenHandled(context, guard.get()))));
        }
        context.next();
    }

    private static void addConnectionClose(RoutingContext context) {
        if (COORDINATOR.trigger().isRequested()
                && context.request().version() != HttpVersion.HTTP_2) { // which has GOAWAY
            context.response().putHeader("Connection", "close");
        }
    }

    /** On HTTP/2 a response is written when its stream is closed; others may be written before it. */
    private static void closeWithStream(RoutingContext context, ConnectionGuard guard, Http2Connection connection) {
        int id = context.request().streamId();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (stream.id() == id) {
                    connection.removeListener(this);
                    closeWhenHandled(context, guard);
                }
            }
        });
    }

    /** A client that leaves does not end its handler. */
    private static void closeWhenHandled(RoutingContext context, ConnectionGuard guard) {
        CompletableFuture<?> handled = context.get(HANDLED);
        if (handled == null) {
            guard.close();
        } else {
            var unused = handled.thenRun(guard::close);
        }
    }

    static void routes(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).failureHandler(QuarkusService::announce); // before that of Quarkus
        router.get("/work").handler(QuarkusService::begin).blockingHandler(QuarkusService::work, false);
        router.get("/events").handler(QuarkusService::events);
        router.get("/poll").handler(QuarkusService::poll);
        router.post("/work")
                .handler(BodyHandler.create())
                .handler(QuarkusService::begin)
                .blockingHandler(QuarkusService::work, false);
    }

    /** The router fails some requests without a filter: those without a host, and those whose path begins without a slash. */
    private static void announce(RoutingContext context) {
        addConnectionClose(context);
        context.next();
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private static void events(RoutingContext context) {
        var unused = context.response()
                .setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .write("data: first\n\n");
        context.<ConnectionGuard>get(GUARD).onDrain(context.response()::end);
    }

    /** A long poll. The drain ends it, and another route answers. */
    private static void poll(RoutingContext context) {
        var loop = context.vertx().getOrCreateContext();
        context.<ConnectionGuard>get(GUARD).onDrain(() -> loop.runOnContext(unused -> context.reroute("/work?ms=5")));
    }

    /** Before a handler that works in another thread. */
    private static void begin(RoutingContext context) {
        context.put(HANDLED, new CompletableFuture<Void>());
        context.next();
    }

    private static void work(RoutingContext context) {
        try {
            Thread.sleep(Long.parseLong(context.request().getParam("ms")));
            FINISHED.incrementAndGet();
            int lines = Integer.parseInt(context.request().getParam("lines", "1"));
            var unused = context.response().end("done\n".repeat(lines));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            context.<CompletableFuture<Void>>get(HANDLED).complete(null);
        }
    }
}
