package io.github.shutdown4j.connections;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.github.shutdown4j.internal.Checks;

/** Asynchronous work that holds a guard. */
final class GuardedStage {

    private GuardedStage() {}

    /** Begins the work; the guard is closed when its stage ends, or if there is none. */
    static <S extends CompletionStage<?>> S track(ConnectionTracker tracker, Supplier<S> work) {
        ConnectionGuard guard = tracker.acquire();
        try {
            S stage = Checks.notNull("the stage of the work", work.get());
            var unused = stage.whenComplete((result, failure) -> guard.close());
            return stage;
        } catch (Throwable notBegun) {
            guard.close();
            throw notBegun;
        }
    }
}
