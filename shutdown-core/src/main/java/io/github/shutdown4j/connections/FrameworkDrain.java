package io.github.shutdown4j.connections;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

/** The graceful shutdown of a framework, as work in hand: one guard that is closed when its stage has ended. */
final class FrameworkDrain {

    private final Supplier<? extends CompletionStage<?>> shutdown;
    private volatile @Nullable Throwable failure;

    FrameworkDrain(Supplier<? extends CompletionStage<?>> shutdown) {
        this.shutdown = shutdown;
    }

    /** Has the shutdown called when the drain begins. */
    void begin(ConnectionGuard guard) {
        guard.onDrain(() -> call(guard));
    }

    private void call(ConnectionGuard guard) {
        try {
            CompletionStage<?> stage = shutdown.get();
            if (stage == null) {
                throw new NullPointerException("the shutdown returned null instead of a stage");
            }
            var unused = stage.whenComplete((result, thrown) -> ended(guard, thrown));
        } catch (Throwable thrown) {
            ended(guard, thrown);
        }
    }

    private void ended(ConnectionGuard guard, @Nullable Throwable thrown) {
        failure = thrown instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : thrown;
        guard.close();
    }

    /** The outcome of the drain, or the failure of the framework if it has ended with one. */
    StepResult judge(StepResult step) {
        Throwable thrown = failure;
        return thrown == null || step.outcome() != Outcome.DONE
                ? step
                : StepResult.failed(step.name(), step.startedAfter(), step.elapsed(), thrown);
    }
}
