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
 * Wraps every request: assigns an id, counts it as work in flight until its response is written, logs it and adds it to the
 * statistics.
 *
 * <p>Once work is refused, new requests get 503, usually from {@link RequestGate}. With a socket of systemd there are
 * only requests on connections that were accepted before, and these are served. Bodies are read before this handler: a
 * client that has sent half of one is not work in flight and occupies neither the drain nor a thread.
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
        Request request = ServletContextRequest.getServletContextRequest(ctx.req());
        ctx.header(REQUEST_ID, RequestGate.requestId(request));
        if (RequestGate.isIn(uncounted, ctx.path())) {
            return;
        }
        Optional<ConnectionGuard> guard = requests.tryAcquire(ctx.method() + " " + ctx.path());
        if (guard.isPresent()) {
            // Not in an after-handler, because the response is written later.
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
        if (!RequestGate.isIn(uncounted, ctx.path())) {
            String route = ctx.endpoints().lastHttpEndpoint() == null
                    ? "none"
                    : ctx.endpoints().lastHttpEndpoint().path;
            statistics.add("request", ctx.method() + " " + route, "" + ctx.statusCode(), Math.round(millis));
        }
    }
}
