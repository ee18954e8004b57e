package io.github.shutdown4j.spring;

import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * Like {@link RequestTrackingFilter}, for WebFlux: holds a guard until the response is written or the client has disconnected,
 * returns 503 once no guards are granted, and adds "Connection: close" once the shutdown is requested.
 */
record ReactiveRequestTrackingFilter(ConnectionTracker requests, ProbePaths probes) implements WebFilter, Ordered {

    private static final boolean HAS_SERVLETS = ClassUtils.isPresent(
            "jakarta.servlet.http.HttpServletRequest", ReactiveRequestTrackingFilter.class.getClassLoader());

    private static final boolean HAS_REACTOR_NETTY = ClassUtils.isPresent(
            "reactor.netty.http.server.HttpServerResponse", ReactiveRequestTrackingFilter.class.getClassLoader());

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpResponse response = exchange.getResponse();
        response.beforeCommit(() -> {
            if (requests.isShutdownAnnounced()
                    && !opensWebSocket(exchange)
                    && mayHaveTheHeader(exchange.getRequest())) {
                response.getHeaders().set(HttpHeaders.CONNECTION, "close");
            }
            return Mono.empty();
        });
        RequestPath path = exchange.getRequest().getPath();
        if (probes.contains(path.pathWithinApplication().value())) {
            return chain.filter(exchange);
        }
        Optional<ConnectionGuard> guard = requests.tryAcquire(path.value().isEmpty() ? "/" : path.value());
        if (guard.isEmpty()) {
            response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
            return response.setComplete();
        }
        exchange.getAttributes().put(RequestGuard.ATTRIBUTE, guard.get());
        return Mono.defer(() -> chain.filter(exchange)).doFinally(end -> closeWhenWritten(guard.get(), response));
    }

    /** On Netty a response that is complete may still have to be written, as fast as its client reads. */
    private static void closeWhenWritten(ConnectionGuard guard, ServerHttpResponse response) {
        if (HAS_REACTOR_NETTY) {
            NettyResponses.closeWhenWritten(guard, response);
        } else {
            guard.close();
        }
    }

    /** Its response says "Connection: upgrade". Other handlers answer a request that asks for a WebSocket as usual. */
    private static boolean opensWebSocket(ServerWebExchange exchange) {
        return exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof WebSocketHandler
                && "websocket"
                        .equalsIgnoreCase(exchange.getRequest().getHeaders().getUpgrade());
    }

    /** HTTP/2 forbids the header. Netty removes it there; a servlet container, which can serve WebFlux as well, may send it. */
    private static boolean mayHaveTheHeader(ServerHttpRequest request) {
        return !HAS_SERVLETS
                || !(ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServletRequest servlet)
                || servlet.getProtocol().startsWith("HTTP/1");
    }
}
