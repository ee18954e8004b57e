package io.github.shutdown4j.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a part of a test on another thread. */
public final class Background {

    private Background() {}

    /** Starts {@code body} on a daemon thread; {@code get()} of the result waits at most a minute. */
    public static <T> FutureTask<T> onThread(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body) {
            @Override
            public T get() throws InterruptedException, ExecutionException {
                try {
                    return get(60, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    throw new AssertionError("the thread has not ended", e);
                }
            }
        };
        Thread thread = new Thread(task, "test");
        thread.setDaemon(true);
        thread.start();
        return task;
    }
}
