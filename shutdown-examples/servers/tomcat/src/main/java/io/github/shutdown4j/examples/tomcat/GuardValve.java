package io.github.shutdown4j.examples.tomcat;

import java.io.IOException;
import java.util.Optional;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/** Holds a guard for each request, including asynchronous ones, and closes connections once the shutdown is announced. */
final class GuardValve extends ValveBase {

    /** The attribute with the guard of a request: its {@code onDrain} can end a response that does not end by itself. */
    static final String GUARD = "guard";

    private final ConnectionTracker requests;
    private final ShutdownTrigger end;

    GuardValve(ConnectionTracker requests, ShutdownTrigger end) {
        super(true); // supports asynchronous requests
        this.requests = requests;
        this.end = end;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        addConnectionClose(request, response);
        if (request.isAsyncDispatching()) { // dispatched after the wait, with its first guard
            getNext().invoke(request, response);
            return;
        }
        Optional<ConnectionGuard> guard = requests.tryAcquire(request.getRequestURI());
        if (guard.isEmpty()) {
            response.sendError(503);
            return;
        }
        request.setAttribute(GUARD, guard.get());
        try {
            getNext().invoke(request, response);
        } finally {
            if (request.isAsync()) {
                request.getAsyncContext().addListener(new CloseAtEnd(guard.get()));
            } else {
                addConnectionClose(request, response); // the shutdown may have been announced meanwhile
                guard.get().close();
            }
        }
    }

    /** Not on HTTP/2, which forbids the header and has GOAWAY, nor on 101, which says "Connection: upgrade". */
    private void addConnectionClose(Request request, Response response) {
        if (end.isRequested()
                && !response.isCommitted()
                && response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS
                && request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader("Connection", "close");
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
