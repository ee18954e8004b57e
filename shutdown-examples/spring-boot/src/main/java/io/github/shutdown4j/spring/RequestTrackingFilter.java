package io.github.shutdown4j.spring;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * Holds a guard for each request until its response is complete, and returns 503 once no guards are granted. Once the shutdown
 * is requested, each response has "Connection: close", so that no client sends another request on a connection that is about
 * to be closed.
 */
class RequestTrackingFilter extends OncePerRequestFilter {

    private final ConnectionTracker requests;
    private final ProbePaths probes;

    RequestTrackingFilter(ConnectionTracker requests, ProbePaths probes) {
        this.requests = requests;
        this.probes = probes;
    }

    /** Probes and metrics are served until the context closes. */
    private boolean isUncounted(HttpServletRequest request) {
        return probes.contains(
                request.getRequestURI().substring(request.getContextPath().length()));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean closable = request.getProtocol().startsWith("HTTP/1"); // HTTP/2 forbids the header and has GOAWAY
        HttpServletResponse last = closable ? new ConnectionClosingResponse(response) : response;
        addConnectionClose(closable, response);
        if (isUncounted(request)) {
            chain.doFilter(request, last);
            return;
        }
        Optional<ConnectionGuard> guard = requests.tryAcquire(request.getRequestURI());
        if (guard.isEmpty()) {
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        request.setAttribute(RequestGuard.ATTRIBUTE, guard.get());
        try {
            chain.doFilter(request, last);
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Closing(guard.get()));
            } else {
                addConnectionClose(closable, response); // the shutdown may have been requested meanwhile
                guard.get().close();
            }
        }
    }

    /** Not on 101, which says "Connection: upgrade". */
    private void addConnectionClose(boolean closable, HttpServletResponse response) {
        if (closable
                && requests.isShutdownAnnounced()
                && !response.isCommitted()
                && response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
        }
    }

    /**
     * Adds the header at the last possible moment, just before the body, because the shutdown may be requested while the
     * request is processed.
     */
    private final class ConnectionClosingResponse extends HttpServletResponseWrapper {

        ConnectionClosingResponse(HttpServletResponse response) {
            super(response);
        }

        private HttpServletResponse closing() {
            HttpServletResponse response = (HttpServletResponse) getResponse();
            addConnectionClose(true, response);
            return response;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            return closing().getOutputStream();
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            return closing().getWriter();
        }

        @Override
        public void flushBuffer() throws IOException {
            closing().flushBuffer();
        }

        @Override
        public void sendError(int status, String message) throws IOException {
            closing().sendError(status, message);
        }

        @Override
        public void sendError(int status) throws IOException {
            closing().sendError(status);
        }
    }

    /** The response of a DeferredResult, a Callable or a stream is written after the filter has returned. */
    private record Closing(ConnectionGuard guard) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            guard.close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // Followed by onComplete.
        }

        @Override
        public void onError(AsyncEvent event) {
            // Followed by onComplete.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this); // a restarted context has no listeners
        }
    }
}
