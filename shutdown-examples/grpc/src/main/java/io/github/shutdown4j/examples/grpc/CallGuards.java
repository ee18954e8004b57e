package io.github.shutdown4j.examples.grpc;

import java.util.Optional;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Every call holds a guard until it ends. A call that gets no guard is UNAVAILABLE, which clients retry. */
final class CallGuards implements ServerInterceptor {

    private final ConnectionTracker calls;

    CallGuards(ConnectionTracker calls) {
        this.calls = calls;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (HealthGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers); // a health watch never ends and must not delay the drain
        }
        Optional<ConnectionGuard> guard =
                calls.tryAcquire(call.getMethodDescriptor().getFullMethodName());
        if (guard.isEmpty()) {
            call.close(Status.UNAVAILABLE.withDescription("shutting down"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        ServerCall.Listener<Q> listener;
        try {
            listener = next.startCall(call, headers);
        } catch (RuntimeException | Error failure) {
            guard.get().close();
            throw failure;
        }
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onComplete() {
                try (ConnectionGuard over = guard.get()) {
                    super.onComplete();
                }
            }

            @Override
            public void onCancel() {
                try (ConnectionGuard over = guard.get()) {
                    super.onCancel();
                }
            }
        };
    }
}
