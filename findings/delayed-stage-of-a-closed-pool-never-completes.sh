#!/usr/bin/env bash
# A CompletableFuture with a delayed executor never completes if its pool is shut down during the delay.
#
# guess:  it fails with RejectedExecutionException, as thenApplyAsync(f, pool) does, or it is cancelled.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Each stage waits 500 ms; pool.shutdown() comes before that:
#           thenApplyAsync: fails with RejectedExecutionException
#           thenComposeAsync: fails with RejectedExecutionException
#           supplyAsync with delayedExecutor: never completes
#           runAsync with delayedExecutor: never completes
#         The thread that keeps the delays hands the stage to the pool when it is due, and drops the rejection. Nothing is
#         logged; a thread that joins the future waits for ever, and so does a stop that waits for its pending futures. Use
#         orTimeout on the future, or shut the pool down after its futures.
# matters to: retries with a delay, written with CompletableFuture, in a process that stops.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Delayed.java" <<'JAVA'
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

public class Delayed {
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        CompletableFuture<String> due = new CompletableFuture<>();
        due.completeOnTimeout("due", 500, TimeUnit.MILLISECONDS);
        CompletableFuture<String> applied = due.thenApplyAsync(value -> value, pool);
        CompletableFuture<String> composed = due.thenComposeAsync(CompletableFuture::completedFuture, pool);
        Executor later = CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS, pool);
        CompletableFuture<String> supplied = CompletableFuture.supplyAsync(() -> "supplied", later);
        CompletableFuture<Void> ran = CompletableFuture.runAsync(() -> {}, later);
        pool.shutdown();

        System.out.println("thenApplyAsync: " + end(applied));
        System.out.println("thenComposeAsync: " + end(composed));
        System.out.println("supplyAsync with delayedExecutor: " + end(supplied));
        System.out.println("runAsync with delayedExecutor: " + end(ran));
        System.exit(0);
    }

    private static String end(CompletableFuture<?> future) throws InterruptedException {
        try {
            return "completes with " + future.get(8, TimeUnit.SECONDS);
        } catch (ExecutionException failure) {
            return "fails with " + failure.getCause().getClass().getSimpleName();
        } catch (TimeoutException nothing) {
            return "never completes"; // 8 s are 16 times its delay
        }
    }
}
JAVA
javac -d "$work" "$work/Delayed.java"

seen=$(java -cp "$work" Delayed)
expected='thenApplyAsync: fails with RejectedExecutionException
thenComposeAsync: fails with RejectedExecutionException
supplyAsync with delayedExecutor: never completes
runAsync with delayedExecutor: never completes'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
