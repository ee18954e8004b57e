package io.github.shutdown4j.examples.micronaut;

import java.util.Optional;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.HttpVersion;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.context.event.HttpRequestTerminatedEvent;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/** Holds a guard for each request until its response is written, and closes connections once the shutdown is announced. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class GuardFilter implements ApplicationEventListener<HttpRequestTerminatedEvent> {

    private static final String GUARD = "shutdown.guard";
    private static final String TURN = "shutdown.turn";

    private final ConnectionTracker requests;
    private final ShutdownTrigger end;

    GuardFilter(ConnectionTracker requests, ShutdownTrigger end) {
        this.requests = requests;
        this.end = end;
    }

    @RequestFilter
    @Nullable
    HttpResponse<?> admit(HttpRequest<?> request) {
        Optional<Turn> turn = Turn.of(request);
        Optional<ConnectionGuard> guard = turn.isEmpty() ? Optional.empty() : requests.tryAcquire(request.getPath());
        if (guard.isEmpty()) {
            MutableHttpResponse<?> refusal = HttpResponse.status(HttpStatus.SERVICE_UNAVAILABLE);
            addConnectionClose(request, refusal); // Micronaut calls that method only for responses of routes
            return refusal;
        }
        request.setAttribute(GUARD, guard.get());
        request.setAttribute(TURN, turn.get());
        return null;
    }

    /** Not if other requests of this connection are handled already: their answers would be lost. */
    @ResponseFilter
    void addConnectionClose(HttpRequest<?> request, MutableHttpResponse<?> response) {
        if (opensWebSocket(request, response)) {
            request.getAttribute(GUARD, ConnectionGuard.class).ifPresent(ConnectionGuard::close);
            return; // the socket has a guard of its own, and no event at its end
        }
        boolean http1 = request.getHttpVersion() == HttpVersion.HTTP_1_1; // HTTP/2 has GOAWAY
        if (http1
                && end.isRequested()
                && request.getAttribute(TURN, Turn.class)
                        .map(Turn::endsConnection)
                        .orElse(true)) {
            response.header(HttpHeaders.CONNECTION, "close");
        }
    }

    /** The header "Upgrade" alone opens none: other routes answer as usual. */
    private static boolean opensWebSocket(HttpRequest<?> request, HttpResponse<?> response) {
        return response.status() == HttpStatus.OK
                && RouteAttributes.getRouteMatch(request)
                        .filter(route ->
                                route.isAnnotationPresent(OnMessage.class) || route.isAnnotationPresent(OnOpen.class))
                        .isPresent();
    }

    /** The response has been handed to Netty, and is written when an empty message behind it is written. */
    @Override
    public void onApplicationEvent(HttpRequestTerminatedEvent event) {
        NettyHttpRequest<?> request = (NettyHttpRequest<?>) event.getSource();
        request.getAttribute(GUARD, ConnectionGuard.class).ifPresent(guard -> {
            ChannelFuture end = request.getChannelHandlerContext().writeAndFlush(Unpooled.EMPTY_BUFFER);
            end.addListener(written -> guard.close());
        });
    }
}
