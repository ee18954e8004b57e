package io.github.shutdown4j.examples.benchmarks.peers;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.LongUnaryOperator;

import io.undertow.server.handlers.GracefulShutdownHandler;
import org.openjdk.jmh.infra.Blackhole;

import io.github.shutdown4j.examples.benchmarks.trackers.Subject;

/**
 * Only the counting of Undertow's handler: the two updates of its state, with the same fields and method. A whole
 * exchange would cost far more.
 */
public final class UndertowGraceful extends Subject {

    private static final AtomicLongFieldUpdater<GracefulShutdownHandler> STATE;
    private static final LongUnaryOperator INCREMENT;
    private static final MethodHandle DECREMENT;

    static {
        try {
            Class<?> type = GracefulShutdownHandler.class;
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            STATE = updater(lookup.findStaticGetter(type, "stateUpdater", AtomicLongFieldUpdater.class));
            INCREMENT = (LongUnaryOperator) lookup.findStaticGetter(type, "incrementActive", LongUnaryOperator.class)
                    .invoke();
            DECREMENT = lookup.findVirtual(type, "decrementRequests", MethodType.methodType(void.class));
        } catch (Throwable changed) {
            throw new ExceptionInInitializerError(changed);
        }
    }

    private final GracefulShutdownHandler handler = new GracefulShutdownHandler(exchange -> {});
    private volatile boolean idle;

    @SuppressWarnings("unchecked") // the field is declared so
    private static AtomicLongFieldUpdater<GracefulShutdownHandler> updater(MethodHandle field) throws Throwable {
        return (AtomicLongFieldUpdater<GracefulShutdownHandler>) field.invoke();
    }

    @Override
    public void once(Blackhole blackhole) throws Exception {
        if (enter() != null) {
            leave(this);
        }
    }

    @Override
    public Object enter() throws Exception {
        if (STATE.updateAndGet(handler, INCREMENT) < 0) {
            leave(this);
            return null;
        }
        return this;
    }

    @Override
    public void leave(Object ticket) throws Exception {
        try {
            DECREMENT.invokeExact(handler);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        handler.shutdown();
        handler.addShutdownListener(successful -> idle = true);
    }

    @Override
    public boolean isIdle() {
        return idle;
    }

    @Override
    public String note() {
        return "its counting alone, by its private field and method";
    }
}
