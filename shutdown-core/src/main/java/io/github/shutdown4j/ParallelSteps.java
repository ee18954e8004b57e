package io.github.shutdown4j;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

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
        List<Call<B>> calls = new ArrayList<>();
        List<Call<B>> withoutThread = new ArrayList<>();
        for (B block : blocks) {
            Call<B> call = new Call<>(step, block);
            if (calls.isEmpty()) {
                withoutThread.add(call);
            } else {
                try {
                    NamedThreads.daemon(verb, call).start();
                } catch (OutOfMemoryError noThread) {
                    withoutThread.add(call);
                }
            }
            calls.add(call);
        }
        for (Call<B> call : withoutThread) {
            call.run();
        }
        return results(verb, calls, onStep);
    }

    private static <B> List<StepResult> results(String verb, List<Call<B>> calls, Consumer<StepResult> onStep) {
        List<StepResult> results = new ArrayList<>();
        Throwable failure = null;
        for (Call<B> call : calls) {
            call.awaitEndUninterruptibly();
            if (call.result != null) {
                results.add(call.result);
                onStep.accept(call.result);
            } else if (call.failure != null) {
                failure = Failures.join(failure, call.failure);
            }
        }
        if (failure != null) {
            throw new IllegalStateException(verb + " failed with an internal error", failure);
        }
        return results;
    }

    /**
     * One step and its end. Not a {@code CompletableFuture}, which takes a JVM that uses it for the first time 2 ms, because every
     * shutdown passes here.
     */
    private static final class Call<B> implements Runnable {

        private final Step<B> step;
        private final B block;
        private final CountDownLatch ended = new CountDownLatch(1);
        // One of them is set before the end.
        private @Nullable StepResult result;
        private @Nullable Throwable failure;

        Call(Step<B> step, B block) {
            this.step = step;
            this.block = block;
        }

        @Override
        public void run() {
            boolean interrupted = false;
            boolean again;
            do {
                again = false;
                try {
                    result = step.run(block);
                } catch (InterruptedException meantForSomethingElse) {
                    interrupted = true;
                    again = true;
                } catch (Throwable thrown) {
                    failure = thrown;
                }
            } while (again);
            ended.countDown();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void awaitEndUninterruptibly() {
            boolean interrupted = false;
            while (ended.getCount() > 0) {
                try {
                    ended.await();
                } catch (InterruptedException meantForSomethingElse) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
