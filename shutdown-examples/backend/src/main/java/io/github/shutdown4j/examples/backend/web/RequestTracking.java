package io.github.shutdown4j.examples.backend.web;

import java.util.Optional;
import java.util.Set;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.ServiceUnavailableResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.examples.backend.statistics.Statistics;

/**
 * What every request goes through: it gets an id, it is counted as work in flight until its answer is written, it is logged
 * and goes into the statistics.
 *
 * <p>New requests get 503 once the drain has begun, mostly from {@link RequestGate} already. On a socket that systemd holds
 * there are none, only one that was accepted just before, and that is served. Bodies have been read by then: a client that
 * has sent half of one is not yet work in flight, and holds neither the drain nor a thread.
 */
final class RequestTracking {

    static final String REQUEST_ID = "X-Request-Id";
    static final String SHUTTING_DOWN = "shutting down";

    private static final Logger log = LoggerFactory.getLogger(RequestTracking.class);

    private final ConnectionTracker requests;
    private final Statistics statistics;
    private final Set<String> uncounted;
    private final boolean heldSocket;

    RequestTracking(ConnectionTracker requests, Statistics statistics, Set<String> uncounted, boolean heldSocket) {
        this.requests = requests;
        this.statistics = statistics;
        this.uncounted = uncounted;
        this.heldSocket = heldSocket;
    }

    void register(JavalinConfig config) {
        config.routes.before(this::begin);
        config.requestLogger.http(this::end);
    }

    private void begin(Context ctx) {
        ctx.header(REQUEST_ID, RequestGate.requestId(ServletContextRequest.getServletContextRequest(ctx.req())));
        if (uncounted.contains(ctx.path())) {
            return;
        }
        Optional<ConnectionGuard> guard = requests.tryAcquire(ctx.method() + " " + ctx.path());
        if (guard.isPresent()) {
            // Not in an after-handler: the answer is written only later.
            Request request = ServletContextRequest.getServletContextRequest(ctx.req());
            Request.addCompletionListener(request, failure -> guard.get().close());
        } else if (!heldSocket) {
            throw new ServiceUnavailableResponse(SHUTTING_DOWN);
        }
    }

    private void end(Context ctx, Float millis) {
        log.debug(
                "{} {} {} in {} ms, id {}",
                ctx.method(),
                ctx.path(),
                ctx.statusCode(),
                millis,
                ctx.res().getHeader(REQUEST_ID));
        if (!uncounted.contains(ctx.path())) {
            String route = ctx.endpoints().lastHttpEndpoint() == null
                    ? "none"
                    : ctx.endpoints().lastHttpEndpoint().path;
            statistics.add("request", ctx.method() + " " + route, "" + ctx.statusCode(), Math.round(millis));
        }
    }
}
