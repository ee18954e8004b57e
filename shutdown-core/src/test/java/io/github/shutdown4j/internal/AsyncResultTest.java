package io.github.shutdown4j.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.ServiceTesting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Results of foreign code that are awaited. The tests of the examples await real futures of frameworks. */
@Timeout(30)
class AsyncResultTest {

    /** The way a future of Vert.x is seen: a hidden class with a public interface. */
    public interface ForeignFuture {
        CompletionStage<String> toCompletionStage();
    }

    private static ForeignFuture foreign(CompletionStage<String> stage) {
        return () -> stage;
    }

    @Test
    void nothingAndPlainValuesAreDone() throws Exception {
        AsyncResult.await(null);
        AsyncResult.await("value");
        AsyncResult.await(42);
    }

    @Test
    void theFailureOfAFutureIsThrownAsItIs() {
        IOException failure = new IOException("port in use");
        assertThatThrownBy(() -> AsyncResult.await(CompletableFuture.failedFuture(failure)))
                .isSameAs(failure);
        assertThatThrownBy(() -> AsyncResult.await(
                        CompletableFuture.failedFuture(failure).minimalCompletionStage()))
                .isSameAs(failure);
        CompletionStage<String> failed = CompletableFuture.failedFuture(failure);
        assertThatThrownBy(() -> AsyncResult.await(failed.thenApply(text -> text + "!")))
                .isSameAs(failure);
        assertThatThrownBy(() -> AsyncResult.await(foreign(failed))).isSameAs(failure);
        FutureTask<String> task = new FutureTask<>(() -> {
            throw failure;
        });
        task.run();
        assertThatThrownBy(() -> AsyncResult.await(task)).isSameAs(failure);
    }

    @Test
    void aCancelledFutureSaysSo() {
        CompletableFuture<String> future = new CompletableFuture<>();
        future.cancel(true);
        assertThatThrownBy(() -> AsyncResult.await(future))
                .isInstanceOf(CancellationException.class)
                .hasMessage("the returned CompletableFuture was cancelled");
        assertThatThrownBy(() -> AsyncResult.await(future.minimalCompletionStage()))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("was cancelled");
    }

    @Test
    void aResultThatIsNotCompleteIsWaitedFor() throws Exception {
        CompletableFuture<String> future = new CompletableFuture<>();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (Object result : List.of(future, future.minimalCompletionStage(), foreign(future))) {
            AtomicReference<Thread> waiting = new AtomicReference<>();
            FutureTask<Void> task = Background.onThread(() -> {
                waiting.set(Thread.currentThread());
                AsyncResult.await(result);
                return null;
            });
            ServiceTesting.eventually(
                    () -> waiting.get() != null && waiting.get().getState() == Thread.State.WAITING);
            tasks.add(task);
        }
        future.complete("done");
        for (FutureTask<Void> task : tasks) {
            task.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void anInterruptionNamesWhatWasNotComplete() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                AsyncResult.await(new CompletableFuture<>());
            } catch (Throwable t) {
                thrown.set(t);
            }
        });
        waiting.start();
        waiting.interrupt();
        waiting.join();
        assertThat(thrown.get())
                .isInstanceOf(InterruptedException.class)
                .hasMessage("interrupted while the returned CompletableFuture was not complete");
    }

    @Test
    void whatCannotBeAwaitedIsRefused() {
        Flow.Publisher<String> publisher = subscriber -> {};
        assertThatThrownBy(() -> AsyncResult.await(publisher))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("java.util.concurrent.Flow$Publisher")
                .hasMessageContaining("CompletionStage");
    }

    /** It was another thread that was interrupted: who waits must not be taken for it. */
    @Test
    void aResultThatFailedWithAnInterruptionIsAFailureAndNoInterruptionOfTheCaller() {
        InterruptedException elsewhere = new InterruptedException("elsewhere");
        CompletableFuture<String> failed = CompletableFuture.failedFuture(elsewhere);
        FutureTask<String> task = new FutureTask<>(() -> {
            throw elsewhere;
        });
        task.run();
        for (Object result : List.of(failed, failed.minimalCompletionStage(), task, foreign(failed))) {
            assertThatThrownBy(() -> AsyncResult.await(result))
                    .isNotInstanceOf(InterruptedException.class)
                    .hasMessageContaining("failed, because a thread was interrupted")
                    .hasRootCause(elsewhere);
        }
    }
}
