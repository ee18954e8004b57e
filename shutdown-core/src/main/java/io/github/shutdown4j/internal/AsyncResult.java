package io.github.shutdown4j.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/** Waits for the result of foreign code if it is asynchronous; {@code AsyncAction} lists the types. */
public final class AsyncResult {

    /** Methods that convert a foreign future to one of the JDK; those of lazy types subscribe. */
    private static final List<String> CONVERSIONS =
            List.of("toCompletionStage", "subscribeAsCompletionStage", "toFuture");

    /** Asynchronous types that cannot be awaited without their own classes. */
    private static final List<String> UNSUPPORTED = List.of(
            "java.util.concurrent.Flow$Publisher",
            "org.reactivestreams.Publisher",
            "io.reactivex.CompletableSource",
            "io.reactivex.MaybeSource",
            "io.reactivex.ObservableSource",
            "io.reactivex.SingleSource",
            "io.reactivex.rxjava3.core.CompletableSource",
            "io.reactivex.rxjava3.core.MaybeSource",
            "io.reactivex.rxjava3.core.ObservableSource",
            "io.reactivex.rxjava3.core.SingleSource",
            "scala.concurrent.Future",
            "kotlinx.coroutines.Job");
    /** Types whose start and stop return the object itself, which does not tell the state to wait for. */
    private static final List<String> STARTING_OR_STOPPING =
            List.of("com.google.common.util.concurrent.Service", "com.google.common.util.concurrent.ServiceManager");

    private AsyncResult() {}

    /**
     * Returns when {@code result} is complete; at once if it is not asynchronous.
     *
     * @throws Exception the failure with which it completed
     * @throws CancellationException if it was cancelled
     * @throws InterruptedException if the caller was interrupted while it waited
     */
    public static void await(@Nullable Object result) throws Exception {
        if (result == null) {
            return;
        }
        try {
            awaitKind(result);
        } catch (InterruptedException e) {
            var named =
                    new InterruptedException("interrupted while the returned " + typeOf(result) + " was not complete");
            named.addSuppressed(e);
            throw named;
        } catch (CancellationException e) {
            var named = new CancellationException("the returned " + typeOf(result) + " was cancelled");
            named.addSuppressed(e);
            throw named;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof InterruptedException) { // of another thread: the caller was not interrupted
                throw new IllegalStateException(
                        "the returned " + typeOf(result) + " failed, because a thread was interrupted", cause);
            }
            Failures.rethrow(cause == null ? e : cause);
        }
    }

    private static void awaitKind(Object result) throws Exception {
        if (result instanceof CompletionStage<?> stage) { // before Future: the get() of a minimal stage is unsupported
            new StageWait().await(stage);
        } else if (result instanceof Future<?> future) {
            var unused = future.get();
        } else if (result.getClass().getClassLoader() != null || result instanceof Flow.Publisher) {
            if (!awaitConverted(result)) {
                refuseUnsupported(result);
            }
        } // other values of the JDK, such as a count or a list
    }

    private static boolean awaitConverted(Object result) throws Exception {
        for (String name : CONVERSIONS) {
            Call call = Call.find(result, name);
            if (call != null) {
                await(call.invoke());
                return true;
            }
        }
        return false;
    }

    private static void refuseUnsupported(Object result) {
        for (Class<?> type : supertypes(result.getClass())) {
            if (UNSUPPORTED.contains(type.getName())) {
                throw new IllegalStateException("returned a " + typeOf(result) + ", a " + type.getName()
                        + " which cannot be awaited; convert it to a CompletionStage");
            }
            if (STARTING_OR_STOPPING.contains(type.getName())) {
                throw new IllegalStateException("returned a " + typeOf(result) + ", a " + type.getName()
                        + " which cannot be awaited; call its awaitRunning, awaitHealthy, awaitTerminated or awaitStopped"
                        + " in a block lambda");
            }
        }
    }

    private static String typeOf(Object result) {
        Class<?> type = result.getClass();
        String simple = type.getSimpleName();
        return simple.isEmpty() ? type.getName() : simple;
    }

    /** The class, what it extends and what it implements, each once or more, the class itself first. */
    private static List<Class<?>> supertypes(Class<?> from) {
        Deque<Class<?>> open = new ArrayDeque<>(List.of(from));
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> type = open.poll(); type != null; type = open.poll()) {
            if (all.add(type)) {
                open.addAll(List.of(type.getInterfaces()));
                if (type.getSuperclass() != null) {
                    open.add(type.getSuperclass());
                }
            }
        }
        return List.copyOf(all);
    }

    /** A public method that can be called from here; with a parameter, which may be null, or without. */
    private record Call(Object target, Method method) {

        /** Searches public types, because the class of a future is often hidden or in a package that is not exported. */
        static @Nullable Call find(Object target, String name) {
            for (Class<?> type : supertypes(target.getClass())) {
                if (Modifier.isPublic(type.getModifiers())
                        && type.getModule().isExported(type.getPackageName(), AsyncResult.class.getModule())) {
                    Method method = method(type, name);
                    if (method != null) {
                        return new Call(target, method);
                    }
                }
            }
            return null;
        }

        /** The method of a Completable of RxJava has a parameter, the value with which the stage completes. */
        private static @Nullable Method method(Class<?> type, String name) {
            try {
                return type.getMethod(name);
            } catch (NoSuchMethodException | LinkageError absent) {
                try {
                    return name.equals("toCompletionStage") ? type.getMethod(name, Object.class) : null;
                } catch (NoSuchMethodException | LinkageError notFound) {
                    return null;
                }
            }
        }

        @Nullable
        Object invoke() throws Exception {
            try {
                return method.getParameterCount() == 0 ? method.invoke(target) : method.invoke(target, (Object) null);
            } catch (InvocationTargetException e) {
                Failures.rethrow(e.getCause());
                return null;
            }
        }
    }

    /** Waits for a stage, whose {@code toCompletableFuture} may be unsupported. */
    private static final class StageWait implements BiConsumer<@Nullable Object, @Nullable Throwable> {

        private final CountDownLatch completed = new CountDownLatch(1);
        private volatile @Nullable Throwable failure;

        void await(CompletionStage<?> stage) throws Exception {
            var unused = stage.whenComplete(this);
            completed.await();
            Throwable thrown = failure;
            if (thrown instanceof CompletionException wrapper && wrapper.getCause() != null) {
                thrown = wrapper.getCause();
            }
            if (thrown instanceof CancellationException cancellation) {
                throw cancellation;
            }
            if (thrown != null) {
                throw new ExecutionException(thrown);
            }
        }

        @Override
        public void accept(@Nullable Object value, @Nullable Throwable thrown) {
            failure = thrown;
            completed.countDown();
        }
    }
}
