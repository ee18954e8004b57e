package io.github.shutdown4j.connections;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;

/** Holds a guard for asynchronous work. */
final class GuardedStage {

    private GuardedStage() {}

    /** Runs the work. The guard is closed when it returns or, if it returns a stage, when that completes. */
    static <T extends @Nullable Object, E extends Exception> T call(
            ConnectionTracker tracker, ThrowingSupplier<T, E> work) throws E {
        ConnectionGuard guard = tracker.acquire();
        boolean held = false;
        try {
            T result = work.get();
            if (result instanceof CompletionStage<?> stage) {
                closeAtTheEnd(stage, guard);
                held = true;
            }
            return result;
        } finally {
            if (!held) {
                guard.close();
            }
        }
    }

    /** Starts the work. The guard is closed when the stage completes, or immediately if there is none. */
    static <S extends CompletionStage<?>> S track(ConnectionTracker tracker, Supplier<S> work) {
        ConnectionGuard guard = tracker.acquire();
        try {
            S stage = Checks.notNull("the stage of the work", work.get());
            closeAtTheEnd(stage, guard);
            return stage;
        } catch (Throwable notBegun) {
            guard.close();
            throw notBegun;
        }
    }

    private static void closeAtTheEnd(CompletionStage<?> stage, ConnectionGuard guard) {
        var unused = stage.whenComplete((result, failure) -> guard.close());
    }
}
