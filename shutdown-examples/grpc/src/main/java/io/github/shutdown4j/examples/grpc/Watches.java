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
import io.grpc.health.v1.HealthGrpc;

/** Watches on the health have no end of their own, and would keep the server from its end: we end them. */
final class Watches implements ServerInterceptor {

    private final Set<Watch<?, ?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** Ends those of now, and from now on each at once. */
    void end() {
        ended = true;
        open.forEach(Watch::end);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (!method.equals(HealthGrpc.getWatchMethod().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        Watch<Q, A> watch = new Watch<>(call);
        ServerCall.Listener<Q> listener = next.startCall(watch, headers);
        open.add(watch);
        if (ended) { // asked after it was added, so that either we see this or end() sees the watch
            watch.end();
        }
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onComplete() {
                open.remove(watch);
                super.onComplete();
            }

            @Override
            public void onCancel() {
                open.remove(watch);
                super.onCancel();
            }
        };
    }

    /** Calls are not made for more than one thread: the health service may be about to say something when we end it. */
    private static final class Watch<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private boolean over;

        Watch(ServerCall<Q, A> call) {
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
