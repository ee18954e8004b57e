package io.github.shutdown4j.examples.backend.web;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import io.github.shutdown4j.examples.backend.statistics.Statistics;

/**
 * Runs before all other handlers, when only the head of the request has been read:
 *
 * <ul>
 *   <li>Once work is refused, it returns 503 before a body is read or invited by "100 Continue".
 *   <li>Once the shutdown is requested, it adds "Connection: close" to each response.
 *   <li>It handles {@code OPTIONS *}, which applies to the server and not to a route.
 * </ul>
 */
final class RequestGate extends Handler.Wrapper {

    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";

    private final Set<String> uncounted;
    private final BooleanSupplier refusing;
    private final BooleanSupplier stopping;
    private final Statistics statistics;

    /**
     * @param uncounted the paths that are served until the server stops
     * @param refusing called once for each request: whether it is refused
     * @param stopping whether the shutdown was requested
     */
    RequestGate(Set<String> uncounted, BooleanSupplier refusing, BooleanSupplier stopping, Statistics statistics) {
        this.uncounted = uncounted;
        this.refusing = refusing;
        this.stopping = stopping;
        this.statistics = statistics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        request.addHttpStreamWrapper(Closing::new);
        String path = Request.getPathInContext(request);
        if (!isIn(uncounted, path) && refusing.getAsBoolean()) {
            refuse(request, response, callback);
            return true;
        }
        if (request.getHttpURI().getPath().equals("*")) {
            response.setStatus(204);
            response.getHeaders().put(HttpHeader.ALLOW, METHODS);
            response.getHeaders().put(RequestTracking.REQUEST_ID, requestId(request));
            callback.succeeded();
            return true;
        }
        return super.handle(request, response, callback);
    }

    private void refuse(Request request, Response response, Callback callback) throws JsonProcessingException {
        String id = requestId(request);
        response.setStatus(503);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
        response.getHeaders().put(HttpHeader.RETRY_AFTER, Problem.RETRY_AFTER_SECONDS);
        response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        response.getHeaders().put(RequestTracking.REQUEST_ID, id);
        Problem problem = Problem.of(503, RequestTracking.SHUTTING_DOWN, List.of(), id);
        statistics.add("request", request.getMethod() + " none", "503", 0);
        Content.Sink.write(response, true, Body.MAPPER.writeValueAsString(problem), callback);
    }

    /** Returns whether the path is one of these, also with the trailing slash that Javalin ignores. */
    static boolean isIn(Set<String> paths, String path) {
        return paths.contains(path) || (path.endsWith("/") && paths.contains(path.substring(0, path.length() - 1)));
    }

    /** The id of the client, if it is safe to log. */
    static String requestId(Request request) {
        String given = request.getHeaders().get(RequestTracking.REQUEST_ID);
        return given != null && given.matches("[\\w.-]{1,64}")
                ? given
                : UUID.randomUUID().toString();
    }

    /** Adds the header at the last moment, because the shutdown may be requested while the request is processed. */
    private final class Closing extends HttpStream.Wrapper {

        Closing(HttpStream stream) {
            super(stream);
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.Response response,
                boolean last,
                ByteBuffer content,
                Callback callback) {
            boolean informational = response != null && response.getStatus() < 200;
            if (response == null || informational || !stopping.getAsBoolean()) {
                super.send(request, response, last, content, callback);
                return;
            }
            HttpFields.Mutable fields =
                    HttpFields.build(response.getHttpFields()).put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
            MetaData.Response closing = new MetaData.Response(
                    response.getStatus(),
                    response.getReason(),
                    response.getHttpVersion(),
                    fields,
                    response.getContentLength(),
                    response.getTrailersSupplier());
            super.send(request, closing, last, content, callback);
        }
    }
}
