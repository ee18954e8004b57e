package io.github.shutdown4j.connections;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.github.shutdown4j.internal.Checks;

/** Holds a guard for asynchronous work. */
final class GuardedStage {

    private GuardedStage() {}

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

    static void closeAtTheEnd(CompletionStage<?> stage, ConnectionGuard guard) {
        var unused = stage.whenComplete((result, failure) -> guard.close());
    }
}
