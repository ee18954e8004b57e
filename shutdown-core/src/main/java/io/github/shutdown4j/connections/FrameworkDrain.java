package io.github.shutdown4j.connections;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * The graceful shutdown of a framework as one unit of work. It is in flight from the moment in which its tracker is closed, so
 * a framework that runs does not count as a request, until the returned stage completes.
 */
final class FrameworkDrain {

    private final Supplier<? extends CompletionStage<?>> shutdown;
    private final Ticker ticker;
    private boolean begun; // guarded by this
    private volatile long calledAt;
    /** The one that is inside the call. */
    private volatile @Nullable Thread caller;

    private volatile @Nullable Throwable failure;

    FrameworkDrain(Supplier<? extends CompletionStage<?>> shutdown, Ticker ticker) {
        this.shutdown = shutdown;
        this.ticker = ticker;
    }

    /** Registers the shutdown to be called when the drain begins; must return before the tracker is closed. */
    synchronized void begin(ConnectionTracker tracker) {
        if (begun) {
            return;
        }
        begun = true;
        calledAt = ticker.nanoTime();
        ConnectionGuard guard = tracker.acquire();
        guard.onDrain(() -> call(guard));
    }

    private void call(ConnectionGuard guard) {
        calledAt = ticker.nanoTime();
        caller = Thread.currentThread();
        try {
            CompletionStage<?> stage = shutdown.get();
            if (stage == null) {
                throw new NullPointerException("the shutdown returned null instead of a stage");
            }
            var unused = stage.whenComplete((result, thrown) -> ended(guard, thrown));
        } catch (Throwable thrown) {
            ended(guard, thrown);
        } finally {
            caller = null;
        }
    }

    /** The shutdown in progress, with the stack of its call if that has not returned. */
    UnfinishedWork unfinished(String name) {
        return UnfinishedWork.of("tracker '" + name + "': shutdown", ticker.since(calledAt), caller);
    }

    private void ended(ConnectionGuard guard, @Nullable Throwable thrown) {
        failure = thrown instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : thrown;
        guard.close();
    }

    /** Returns the outcome of the drain, or a failure if the framework has failed. */
    StepResult outcomeOf(StepResult step) {
        if (step.outcome() != Outcome.DONE) {
            return step;
        }
        Throwable thrown = failure;
        return thrown == null
                ? StepResult.done(step.name(), step.startedAfter(), step.elapsed(), "")
                : StepResult.failed(step.name(), step.startedAfter(), step.elapsed(), thrown);
    }
}
