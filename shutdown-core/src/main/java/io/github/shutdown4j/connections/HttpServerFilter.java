package io.github.shutdown4j.connections;

import java.io.IOException;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;

import io.github.shutdown4j.internal.Checks;

/**
 * A filter for the HTTP server of the JDK that counts requests and, during a shutdown, asks clients to disconnect.
 *
 * <pre>{@code
 * server.createContext("/", handler).getFilters().add(HttpServerFilter.of(requests));
 * }</pre>
 *
 * <p>A request holds a guard of the tracker until its handler returns. Once the shutdown is announced, every response
 * has {@code Connection: close}, including responses to requests that arrived earlier. Once the tracker is closed,
 * requests are answered with 503 and do not reach the handler.
 *
 * <p>A handler that returns before it has responded, and continues on another thread, no longer holds a guard; it must
 * acquire its own. In an {@link com.sun.net.httpserver.HttpsServer}, only responses to requests that arrive after the
 * announcement have {@code Connection: close}, since handlers there may need the SSL session of the original exchange.
 *
 * <p>Needs the module {@code jdk.httpserver}, without which this class cannot be loaded: {@link NoClassDefFoundError}.
 */
public final class HttpServerFilter extends Filter {

    private final ConnectionTracker tracker;

    private HttpServerFilter(ConnectionTracker tracker) {
        this.tracker = tracker;
    }

    /** Returns a filter that may be added to any number of contexts. */
    public static HttpServerFilter of(ConnectionTracker tracker) {
        return new HttpServerFilter(Checks.notNull("tracker", tracker));
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        var guard = tracker.tryAcquire();
        if (guard.isEmpty()) {
            respondUnavailable(exchange);
            return;
        }
        try {
            chain.doFilter(wrapped(exchange));
        } finally {
            guard.get().close();
        }
    }

    private HttpExchange wrapped(HttpExchange exchange) {
        if (tracker.isShutdownAnnounced()) {
            ConnectionClosingExchange.setConnectionClose(exchange);
            return exchange;
        }
        return exchange instanceof HttpsExchange ? exchange : new ConnectionClosingExchange(exchange, tracker);
    }

    private static void respondUnavailable(HttpExchange exchange) throws IOException {
        try (exchange) {
            ConnectionClosingExchange.setConnectionClose(exchange);
            exchange.sendResponseHeaders(503, -1);
        }
    }

    @Override
    public String description() {
        return "counts requests by " + tracker;
    }
}
