package io.github.shutdown4j.examples.dropwizard;

import java.io.IOException;
import java.util.Optional;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/** Holds a guard for each request, including asynchronous ones, and closes connections once the shutdown is announced. */
final class GuardFilter extends HttpFilter {

    private final ConnectionTracker requests;
    private final ShutdownTrigger end;

    GuardFilter(ConnectionTracker requests, ShutdownTrigger end) {
        this.requests = requests;
        this.end = end;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        addConnectionClose(request, response);
        Optional<ConnectionGuard> guard = requests.tryAcquire(request.getRequestURI());
        if (guard.isEmpty()) {
            response.sendError(503);
            return;
        }
        try {
            chain.doFilter(request, new ConnectionClosingResponse(request, response));
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new CloseAtEnd(guard.get()));
            } else {
                addConnectionClose(request, response);
                guard.get().close();
            }
        }
    }

    /** Not on HTTP/2, which forbids the header and has GOAWAY. */
    private void addConnectionClose(HttpServletRequest request, HttpServletResponse response) {
        if (end.isRequested()
                && !response.isCommitted()
                && request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader("Connection", "close");
        }
    }

    /** The shutdown may have been announced meanwhile. Jersey asks for the stream when it sends the header. */
    private final class ConnectionClosingResponse extends HttpServletResponseWrapper {

        private final HttpServletRequest request;

        ConnectionClosingResponse(HttpServletRequest request, HttpServletResponse response) {
            super(response);
            this.request = request;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            addConnectionClose(request, this);
            return super.getOutputStream();
        }
    }

    private record CloseAtEnd(ConnectionGuard guard) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            guard.close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
