package io.github.shutdown4j.examples.grpc;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * Every call holds a guard until it ends. A call that gets no guard is UNAVAILABLE, which clients retry; so is one that consists
 * of a single message which has not arrived a second after the drain began.
 */
final class CallGuards implements ServerInterceptor {

    /** The guard of the current call, also for the handler: its {@code onDrain} tells a long stream to finish early. */
    static final Context.Key<ConnectionGuard> GUARD = Context.key("guard");

    /** For a message that follows its headers. */
    private static final Duration MESSAGE_LIMIT = Duration.ofSeconds(1);

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
            call.close(shuttingDown(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        GuardedCall<Q, A> guarded = new GuardedCall<>(call);
        Context context = Context.current().withValue(GUARD, guard.get());
        ServerCall.Listener<Q> listener;
        try {
            listener = Contexts.interceptCall(context, guarded, headers, next);
        } catch (RuntimeException | Error failure) {
            guard.get().close();
            throw failure;
        }
        if (call.getMethodDescriptor().getType().clientSendsOneMessage()) {
            guard.get().onDrain(() -> CompletableFuture.delayedExecutor(MESSAGE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(guarded::refuseUnlessBegun));
        }
        return new GuardedListener<>(listener, guarded, guard.get());
    }

    static Status shuttingDown() {
        return Status.UNAVAILABLE.withDescription("shutting down");
    }

    private enum State {
        WAITING,
        BEGUN,
        REFUSED
    }

    /** No handler of generated code has been called before the message, so the call can be refused until it arrives. */
    private static final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

        GuardedCall(ServerCall<Q, A> call) {
            super(call);
        }

        void refuseUnlessBegun() {
            if (state.compareAndSet(State.WAITING, State.REFUSED)) {
                super.close(shuttingDown(), new Metadata());
            }
        }

        /** Returns false if the call has been refused. */
        boolean begin() {
            return state.compareAndSet(State.WAITING, State.BEGUN) || state.get() == State.BEGUN;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (begin()) {
                super.close(status, trailers);
            }
        }
    }

    private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {

        private final GuardedCall<Q, ?> call;
        private final ConnectionGuard guard;

        GuardedListener(ServerCall.Listener<Q> listener, GuardedCall<Q, ?> call, ConnectionGuard guard) {
            super(listener);
            this.call = call;
            this.guard = guard;
        }

        @Override
        public void onMessage(Q message) {
            if (call.begin()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            if (call.begin()) {
                super.onHalfClose();
            }
        }

        @Override
        public void onComplete() {
            try (ConnectionGuard over = guard) {
                super.onComplete();
            }
        }

        @Override
        public void onCancel() {
            try (ConnectionGuard over = guard) {
                super.onCancel();
            }
        }
    }
}
