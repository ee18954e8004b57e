package io.github.shutdown4j.examples.springboot;

import java.io.IOException;
import java.util.Optional;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Every request holds a guard until it is answered; once the shutdown has begun there are no more guards, but 503. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestsInHand extends OncePerRequestFilter {

    private final ConnectionTracker requests;

    RequestsInHand(ConnectionTracker requests) {
        this.requests = requests;
    }

    /** Probes and metrics are answered to the very end. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/actuator");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<ConnectionGuard> guard = requests.tryAcquire();
        if (guard.isEmpty()) {
            response.setHeader(HttpHeaders.CONNECTION, "close"); // elsewhere there is room
            response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(new Closing(guard.get()));
            } else {
                guard.get().close();
            }
        }
    }

    /** A DeferredResult, a Callable or a stream is answered after the filter has returned. */
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
            event.getAsyncContext().addListener(this); // started again: it has forgotten its listeners
        }
    }
}
