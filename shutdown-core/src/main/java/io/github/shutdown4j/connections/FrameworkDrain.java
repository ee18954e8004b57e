package io.github.shutdown4j.connections;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

/** The graceful shutdown of a framework as one unit of work: its guard is closed when the returned stage completes. */
final class FrameworkDrain {

    private final Supplier<? extends CompletionStage<?>> shutdown;
    private volatile @Nullable Throwable failure;

    FrameworkDrain(Supplier<? extends CompletionStage<?>> shutdown) {
        this.shutdown = shutdown;
    }

    /** Registers the shutdown to be called when the drain begins. */
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

    /** Returns the outcome of the drain, or a failure if the framework has failed. */
    StepResult outcomeOf(StepResult step) {
        Throwable thrown = failure;
        return thrown == null || step.outcome() != Outcome.DONE
                ? step
                : StepResult.failed(step.name(), step.startedAfter(), step.elapsed(), thrown);
    }
}
