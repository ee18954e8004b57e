package io.github.shutdown4j.connections;

import java.io.IOException;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;

import io.github.shutdown4j.internal.Checks;

/**
 * For the HTTP server of the JDK: counts each request, and tells clients to leave.
 *
 * <pre>{@code
 * server.createContext("/", handler).getFilters().add(HttpServerFilter.of(requests));
 * }</pre>
 *
 * <p>A request holds a guard of the tracker until the handler returns. From the announcement of the end on, each answer
 * has {@code Connection: close}, also that of a request that came before. Once the tracker is closed, requests are
 * answered with 503 and do not reach the handler.
 *
 * <p>A handler that returns before it has answered, to go on elsewhere, holds no guard from then on; it takes one of its
 * own. In an {@link com.sun.net.httpserver.HttpsServer} only requests that come after the announcement are told to leave,
 * since handlers there may ask for the session of the exchange.
 */
public final class HttpServerFilter extends Filter {

    private final ConnectionTracker tracker;

    private HttpServerFilter(ConnectionTracker tracker) {
        this.tracker = tracker;
    }

    /** A filter for any number of contexts. */
    public static HttpServerFilter of(ConnectionTracker tracker) {
        return new HttpServerFilter(Checks.notNull("tracker", tracker));
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        var guard = tracker.tryAcquire();
        if (guard.isEmpty()) {
            refuse(exchange);
            return;
        }
        try {
            chain.doFilter(watched(exchange));
        } finally {
            guard.get().close();
        }
    }

    private HttpExchange watched(HttpExchange exchange) {
        if (tracker.isEndAnnounced()) {
            LeavingExchange.sayClose(exchange);
            return exchange;
        }
        return exchange instanceof HttpsExchange ? exchange : new LeavingExchange(exchange, tracker);
    }

    private static void refuse(HttpExchange exchange) throws IOException {
        try (exchange) {
            LeavingExchange.sayClose(exchange);
            exchange.sendResponseHeaders(503, -1);
        }
    }

    @Override
    public String description() {
        return "counts requests by " + tracker;
    }
}
