package io.github.shutdown4j.internal;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.ServiceTesting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Results of foreign code that are awaited. The tests of the examples await real futures of frameworks. */
@Timeout(180)
class AsyncResultTest {

    /** Like a future of Vert.x: a hidden class with a public interface. */
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
    void theFailureOfAFutureIsThrownUnchanged() {
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
    void aCancelledFutureThrowsACancellationException() {
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
            task.get(60, TimeUnit.SECONDS);
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

    /** Another thread was interrupted: the waiting one must not be mistaken for it. */
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

    /** An object of a class with the name of one in a library that this module does not have. */
    private static Object foreign(Path directory, String name, String body) throws Exception {
        String simple = name.substring(name.lastIndexOf('.') + 1);
        Path source = directory.resolve(simple + ".java");
        Files.writeString(source, "package " + name.substring(0, name.lastIndexOf('.')) + "; " + body);
        var compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(null, null, null, "-proc:none", "-d", directory.toString(), source.toString()))
                .isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            return loader.loadClass(name).getDeclaredConstructor().newInstance();
        }
    }

    @Test
    void aServiceOfGuavaOnItsWayIsRefused(@TempDir Path directory) throws Exception {
        Object service = foreign(
                directory,
                "com.google.common.util.concurrent.ServiceManager",
                "public class ServiceManager { public ServiceManager startAsync() { return this; } }");
        assertThatThrownBy(() -> AsyncResult.await(service))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("ServiceManager", "cannot be awaited");
    }

    @Test
    void aSourceOfRxJavaWithoutSubscriberIsRefused(@TempDir Path directory) throws Exception {
        Object source = foreign(
                directory,
                "io.reactivex.rxjava3.core.CompletableSource",
                "public class CompletableSource {}"); // an interface there
        assertThatThrownBy(() -> AsyncResult.await(source))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot be awaited; convert it to a CompletionStage");
    }

    @Test
    void aCompletableOfRxJavaIsSubscribedToAndAwaited(@TempDir Path directory) throws Exception {
        Object completable = foreign(directory, "io.reactivex.rxjava3.core.Completable", """
                public class Completable {
                    public <T> java.util.concurrent.CompletionStage<T> toCompletionStage(T item) {
                        return java.util.concurrent.CompletableFuture.failedFuture(new IllegalStateException("in Rx"));
                    }
                }
                """);
        assertThatThrownBy(() -> AsyncResult.await(completable)).hasMessage("in Rx");
    }
}
