package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.report.StepResult;

/**
 * Runs the same step for several components concurrently. Each step enforces its own time limit, so this class waits only
 * for the slowest step. A single step runs on the calling thread, as do steps for which no thread can be created.
 */
final class ParallelSteps {

    private ParallelSteps() {}

    /** A step that enforces its own time limit. */
    interface Step<B> {
        StepResult run(B block) throws InterruptedException;
    }

    static <B> List<StepResult> run(String verb, List<B> blocks, Consumer<StepResult> onStep, Step<B> step)
            throws InterruptedException {
        List<CompletableFuture<StepResult>> others = new ArrayList<>();
        List<Runnable> withoutThread = new ArrayList<>();
        for (B block : blocks.subList(Math.min(1, blocks.size()), blocks.size())) {
            CompletableFuture<StepResult> result = new CompletableFuture<>();
            others.add(result);
            Runnable body = () -> {
                try {
                    result.complete(step.run(block));
                } catch (Throwable failure) {
                    result.completeExceptionally(failure);
                }
            };
            try {
                NamedThreads.daemon(verb, body).start();
            } catch (OutOfMemoryError noThread) {
                withoutThread.add(body);
            }
        }
        List<StepResult> results = new ArrayList<>();
        if (!blocks.isEmpty()) {
            add(results, onStep, step.run(blocks.get(0)));
        }
        for (Runnable body : withoutThread) {
            body.run();
        }
        for (CompletableFuture<StepResult> other : others) {
            try {
                add(results, onStep, other.get());
            } catch (ExecutionException broken) {
                throw new IllegalStateException(verb + " failed with an internal error", broken.getCause());
            }
        }
        return results;
    }

    private static void add(List<StepResult> results, Consumer<StepResult> onStep, StepResult result) {
        results.add(result);
        onStep.accept(result);
    }
}
