package io.github.shutdown4j.examples.grpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Ends calls that do not end by themselves, such as subscriptions and watches of the health service, with UNAVAILABLE. Their
 * clients call another server.
 */
final class EndlessCalls implements ServerInterceptor {

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
        EndlessCall<Q, A> endless = new EndlessCall<>(call);
        ServerCall.Listener<Q> listener = next.startCall(endless, headers);
        open.add(endless);
        if (ended) { // checked after the call was added, so that either this or end() ends it
            endless.end();
        }
        return new SimpleForwardingServerCallListener<>(listener) {
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

        private boolean over;

        EndlessCall(ServerCall<Q, A> call) {
            super(call);
        }

        void end() {
            close(Status.UNAVAILABLE.withDescription("shutting down"), new Metadata());
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
