package io.github.shutdown4j.examples.grpc;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

import io.github.shutdown4j.connections.ConnectionGuard;

/**
 * Ends calls that do not end by themselves, such as subscriptions and watches of the health service, with UNAVAILABLE. Their
 * clients call another server.
 *
 * <p>A message of the client that is being handled is answered first; later ones are not handled. The status follows all that was
 * sent before, and a client that does not read it within a second is not waited for: the guard of its call is closed.
 */
final class EndlessCalls implements ServerInterceptor {

    /** For a client to read what was sent to it. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(1);

    private final Set<String> methods;
    private final Set<EndlessCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** @param methods the full names of the methods, such as "grpc.health.v1.Health/Watch" */
    EndlessCalls(Set<String> methods) {
        this.methods = Set.copyOf(methods);
    }

    /** Ends the current calls, and from now on each new one at once. */
    void end() {
        ended = true;
        open.forEach(EndlessCall::end);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (!methods.contains(method)) {
            return next.startCall(call, headers);
        }
        EndlessCall<Q, A> endless = new EndlessCall<>(call, Optional.ofNullable(CallGuards.GUARD.get()));
        ServerCall.Listener<Q> listener = next.startCall(endless, headers);
        open.add(endless);
        if (ended) { // checked after the call was added, so that either this or end() ends it
            endless.end();
        }
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onMessage(Q message) {
                if (endless.beginMessage()) {
                    try {
                        super.onMessage(message);
                    } finally {
                        endless.endMessage();
                    }
                }
            }

            @Override
            public void onHalfClose() {
                if (!endless.isOver()) {
                    super.onHalfClose();
                }
            }

            @Override
            public void onComplete() {
                open.remove(endless);
                super.onComplete();
            }

            @Override
            public void onCancel() {
                open.remove(endless);
                super.onCancel();
            }
        };
    }

    /** A call is not thread-safe: the service may send a message while this ends the call. */
    private static final class EndlessCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final Optional<ConnectionGuard> guard;
        private boolean inMessage;
        private boolean ending;
        private boolean over;

        EndlessCall(ServerCall<Q, A> call, Optional<ConnectionGuard> guard) {
            super(call);
            this.guard = guard;
        }

        synchronized void end() {
            ending = true;
            if (inMessage || over) {
                return;
            }
            close(CallGuards.shuttingDown(), new Metadata());
            CompletableFuture.delayedExecutor(READ_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> guard.ifPresent(ConnectionGuard::close));
        }

        /** Returns false if the call is over: the client is told so, and sends the message elsewhere. */
        synchronized boolean beginMessage() {
            inMessage = !over;
            return inMessage;
        }

        synchronized void endMessage() {
            inMessage = false;
            if (ending) {
                end();
            }
        }

        synchronized boolean isOver() {
            return over;
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!over) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(A message) {
            if (!over) {
                super.sendMessage(message);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!over) {
                over = true;
                super.close(status, trailers);
            }
        }
    }
}
