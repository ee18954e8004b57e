package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import io.github.shutdown4j.internal.Failures;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.report.StepResult;

/**
 * Runs the same step for several components concurrently. Each step enforces its own time limit, so this class waits only
 * for the slowest step. A single step runs on the calling thread, as do steps for which no thread can be created.
 *
 * <p>An interrupt of any of the threads does not end a step: an interrupted step runs again, and the interrupt status is kept.
 * If a step throws, this class first waits for the others.
 */
final class ParallelSteps {

    private ParallelSteps() {}

    /** A step that enforces its own time limit, also if it runs again after an interrupt. */
    interface Step<B> {
        StepResult run(B block) throws InterruptedException;
    }

    static <B> List<StepResult> run(String verb, List<B> blocks, Consumer<StepResult> onStep, Step<B> step) {
        List<CompletableFuture<StepResult>> others = new ArrayList<>();
        List<Runnable> withoutThread = new ArrayList<>();
        for (B block : blocks.subList(Math.min(1, blocks.size()), blocks.size())) {
            CompletableFuture<StepResult> result = new CompletableFuture<>();
            others.add(result);
            Runnable body = () -> complete(result, step, block);
            try {
                NamedThreads.daemon(verb, body).start();
            } catch (OutOfMemoryError noThread) {
                withoutThread.add(body);
            }
        }
        List<CompletableFuture<StepResult>> all = new ArrayList<>();
        if (!blocks.isEmpty()) {
            CompletableFuture<StepResult> first = new CompletableFuture<>();
            complete(first, step, blocks.get(0));
            all.add(first);
        }
        for (Runnable body : withoutThread) {
            body.run();
        }
        all.addAll(others);
        return results(verb, all, onStep);
    }

    private static List<StepResult> results(
            String verb, List<CompletableFuture<StepResult>> all, Consumer<StepResult> onStep) {
        List<StepResult> results = new ArrayList<>();
        Throwable failure = null;
        for (CompletableFuture<StepResult> each : all) {
            try {
                StepResult result = each.join(); // an interrupt does not end this wait
                results.add(result);
                onStep.accept(result);
            } catch (CompletionException broken) {
                failure = Failures.join(failure, broken.getCause() == null ? broken : broken.getCause());
            }
        }
        if (failure != null) {
            throw new IllegalStateException(verb + " failed with an internal error", failure);
        }
        return results;
    }

    private static <B> void complete(CompletableFuture<StepResult> result, Step<B> step, B block) {
        boolean interrupted = false;
        while (!result.isDone()) {
            try {
                result.complete(step.run(block));
            } catch (InterruptedException meantForSomethingElse) {
                interrupted = true;
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
