package io.github.shutdown4j.examples.backend.web;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.javalin.http.ServiceUnavailableResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.examples.backend.statistics.Statistics;

/**
 * What every request goes through: it gets an id, it is counted as work in hand until its answer is written, it is logged
 * and goes into the statistics.
 *
 * <p>From the request to stop on, every answer is the last on its connection. Newcomers get 503 once the drain has begun;
 * on a socket that systemd holds there are none, only somebody who was accepted just before, and he is served.
 */
final class RequestTracking {

    static final String REQUEST_ID = "X-Request-Id";

    private static final Logger log = LoggerFactory.getLogger(RequestTracking.class);

    private final ConnectionTracker requests;
    private final Statistics statistics;
    private final Set<String> uncounted;
    private final BooleanSupplier stopping;
    private final boolean heldSocket;

    RequestTracking(
            ConnectionTracker requests,
            Statistics statistics,
            Set<String> uncounted,
            BooleanSupplier stopping,
            boolean heldSocket) {
        this.requests = requests;
        this.statistics = statistics;
        this.uncounted = uncounted;
        this.stopping = stopping;
        this.heldSocket = heldSocket;
    }

    void register(JavalinConfig config) {
        config.routes.before(this::begin);
        config.routes.after(this::sayGoodbye);
        config.requestLogger.http(this::end);
    }

    private void begin(Context ctx) {
        String id = ctx.header(REQUEST_ID);
        boolean usable = id != null && id.matches("[\\w.-]{1,64}");
        ctx.header(REQUEST_ID, usable ? id : UUID.randomUUID().toString());
        if (uncounted.contains(ctx.path())) {
            return;
        }
        // Javalin keeps it. Who has sent half a request and waits is not yet work in hand, and must not hold up the
        // drain.
        var unused = ctx.bodyAsBytes();
        Optional<ConnectionGuard> guard = requests.tryAcquire(ctx.method() + " " + ctx.path());
        if (guard.isPresent()) {
            // Not in an after-handler: the answer is written only later.
            Request request = ServletContextRequest.getServletContextRequest(ctx.req());
            Request.addCompletionListener(request, failure -> guard.get().close());
        } else if (!heldSocket) {
            throw new ServiceUnavailableResponse("shutting down");
        }
    }

    private void sayGoodbye(Context ctx) {
        if (stopping.getAsBoolean()) {
            ctx.header(Header.CONNECTION, "close");
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
