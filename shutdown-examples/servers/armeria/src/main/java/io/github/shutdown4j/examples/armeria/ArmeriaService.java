package io.github.shutdown4j.examples.armeria;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketFrameType;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.websocket.WebSocketService;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** An Armeria server whose requests hold guards. The server is stopped after the last of them. */
public final class ArmeriaService {

    /** For GOAWAY to be written, and for clients that read it. */
    private static final long CLOSE_MILLIS = 2_000;

    /** The guard of a request: its {@code onDrain} can end a response that does not end by itself. */
    private static final AttributeKey<ConnectionGuard> GUARD = AttributeKey.valueOf(ArmeriaService.class, "guard");

    /** The work for a request that Armeria does not wait for when its client has left. */
    private static final AttributeKey<CompletableFuture<?>> HANDLED =
            AttributeKey.valueOf(ArmeriaService.class, "handled");

    private final AtomicLong finished = new AtomicLong();
    private final ServerPort port = new ServerPort();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Server server = Server.builder()
            .childChannelPipelineCustomizer(pipeline -> opened(pipeline.channel()))
            .http(Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080")))
            .service("/work", this::work)
            .service("/events", (context, request) -> events(context))
            .service("/echo", WebSocketService.of(this::open))
            .decorator(this::admit) // around all services
            .errorHandler(this::answerFailure)
            .build();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(this::start, () -> {})) // the port stays open until the release
                    .build())
            .tracker(requests)
            .tracker(sockets)
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new ArmeriaService().run();
    }

    private void run() throws InterruptedException {
        coordinator.resources().register(Resource.of("armeria", Resource.EARLY_PRIORITY, this::close));
        coordinator.run();
    }

    private void close() throws InterruptedException {
        port.close();
        var stopped = server.stop(); // complete after two seconds of silence, for which nothing has to wait
        if (!connections.newCloseFuture().await(CLOSE_MILLIS)) {
            stopped.join();
        }
        System.out.println("waited for silence: " + stopped.isDone());
    }

    private void opened(Channel connection) {
        port.opened(connection);
        connections.add(connection);
    }

    private void start() throws IOException {
        server.start().join();
        System.out.println("listening on port " + server.activeLocalPort());
        new Socket(InetAddress.getLoopbackAddress(), server.activeLocalPort()).close(); // tells ServerPort of the port
    }

    private HttpResponse admit(HttpService service, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        Optional<ConnectionGuard> guard = requests.tryAcquire(context.path());
        if (guard.isEmpty()) {
            return HttpResponse.of(503).mapHeaders(this::addConnectionClose);
        }
        context.setAttr(GUARD, guard.get());
        var unused = context.log().whenComplete().thenRun(() -> closeWhenHandled(context, guard.get()));
        return service.serve(context, request).mapHeaders(this::addConnectionClose);
    }

    /** A client that leaves does not end its handler. */
    private static void closeWhenHandled(ServiceRequestContext context, ConnectionGuard guard) {
        CompletableFuture<?> handled = context.attr(HANDLED);
        if (handled == null) {
            guard.close();
        } else {
            var unused = handled.whenComplete((answer, failure) -> guard.close());
        }
    }

    private ResponseHeaders addConnectionClose(ResponseHeaders headers) {
        if (!coordinator.trigger().isRequested()) {
            return headers;
        }
        return headers.toBuilder().set(HttpHeaderNames.CONNECTION, "close").build();
    }

    /** The answer of Armeria to a service that has thrown, or whose response has failed; no decorator sees it. */
    private HttpResponse answerFailure(ServiceRequestContext context, Throwable failure) {
        return ServerErrorHandler.ofDefault()
                .onServiceException(context, failure)
                .mapHeaders(this::addConnectionClose);
    }

    /** The drain tells the client that the server goes away (1001); the guard of the request waits until it is closed. */
    private WebSocket open(ServiceRequestContext context, WebSocket in) {
        WebSocketWriter out = WebSocket.streaming();
        Optional<ConnectionGuard> guard = sockets.tryAcquire();
        var unused = context.log().whenComplete().thenRun(() -> guard.ifPresent(ConnectionGuard::close));
        guard.ifPresentOrElse(held -> held.onDrain(() -> goAway(out)), () -> goAway(out));
        in.subscribe(new Echo(out));
        return out;
    }

    private static void goAway(WebSocketWriter out) {
        out.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE); // 1001
    }

    private record Echo(WebSocketWriter out) implements Subscriber<WebSocketFrame> {

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(WebSocketFrame frame) {
            if (frame.type() == WebSocketFrameType.TEXT) {
                out.write(frame.text());
            }
        }

        @Override
        public void onError(Throwable failure) {
            out.close(failure);
        }

        @Override
        public void onComplete() {
            out.close();
        }
    }

    /** Server-sent events. The drain ends the response, and the client connects again, elsewhere. */
    private static HttpResponse events(ServiceRequestContext context) {
        context.clearRequestTimeout();
        HttpResponseWriter events = HttpResponse.streaming();
        events.write(ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, MediaType.EVENT_STREAM));
        events.write(HttpData.ofUtf8("data: first\n\n"));
        context.attr(GUARD).onDrain(events::close);
        return events;
    }

    private HttpResponse work(ServiceRequestContext context, HttpRequest request) {
        long millis = Long.parseLong(context.queryParam("ms"));
        int lines = context.queryParams().getInt("lines", 1);
        CompletableFuture<?> read =
                request.method() == HttpMethod.POST ? request.aggregate() : CompletableFuture.completedFuture(null);
        CompletableFuture<HttpResponse> handled = read.thenCompose(body -> CompletableFuture.supplyAsync(
                () -> {
                    finished.incrementAndGet();
                    return HttpResponse.of("done\n".repeat(lines));
                },
                CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, context.eventLoop())));
        context.setAttr(HANDLED, handled);
        return HttpResponse.of(handled);
    }
}
