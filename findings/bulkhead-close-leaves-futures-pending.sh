#!/usr/bin/env bash
# Resilience4j: the close of a thread-pool bulkhead drops its queue after five seconds, and the futures of what it drops never complete.
#
# guess:  ThreadPoolBulkhead.close() works its queue off and waits for that; a retry whose scheduler is shut down fails.
# seen:   Resilience4j 2.4.0 and Failsafe 3.3.2, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. Ten tasks of 2 s on one thread, then
#         close(); the future of an attempt that is to be repeated after 10 s, whose scheduler is shut down meanwhile:
#           bulkhead, close(): waits 5 s, tasks completed=2 interrupted=1 dropped=7
#           bulkhead, futures of the dropped tasks: pending=7
#           Resilience4j, retry, scheduler shut down: pending
#           Failsafe, retry, scheduler shut down: pending
#         The five seconds cannot be set. Whoever waits for one of these futures without a limit, such as a request of a server or a join()
#         during the shutdown, waits for ever; neither exception nor log line is left.
# matters to: calls behind a bulkhead or a retry with a delay: wait for the futures with a limit, or orTimeout on them, before the bulkhead and
#         the scheduler are closed.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2 if the dependencies cannot be
# fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>bulkhead</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.github.resilience4j</groupId><artifactId>resilience4j-all</artifactId><version>2.4.0</version></dependency>
    <dependency><groupId>dev.failsafe</groupId><artifactId>failsafe</artifactId><version>3.3.2</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Closed.java <<'JAVA'
import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import io.github.resilience4j.bulkhead.ThreadPoolBulkhead;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

public class Closed {
    public static void main(String[] args) throws Exception {
        ThreadPoolBulkhead bulkhead = ThreadPoolBulkhead.of("work", ThreadPoolBulkheadConfig.custom()
                .coreThreadPoolSize(1).maxThreadPoolSize(1).queueCapacity(20).build());
        AtomicInteger completed = new AtomicInteger();
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            futures.add(bulkhead.executeRunnable(() -> {
                begun.countDown();
                try {
                    Thread.sleep(2000);
                    completed.incrementAndGet();
                } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                }
            }).toCompletableFuture());
        }
        begun.await();
        long start = System.nanoTime();
        bulkhead.close();
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.err.println("close() took " + millis + " ms");
        Thread.sleep(3000);
        System.out.println("bulkhead, close(): waits " + (millis >= 4900 ? "5 s" : "less than 5 s") + ", tasks completed=" + completed
                + " interrupted=" + interrupted + " dropped=" + (10 - completed.get() - interrupted.get()));
        System.out.println("bulkhead, futures of the dropped tasks: pending=" + futures.stream().filter(f -> !f.isDone()).count());

        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        report("Resilience4j, retry, scheduler shut down", scheduler,
                Retry.of("retry", RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ofSeconds(10)).build())
                        .<String>executeCompletionStage(scheduler, () -> CompletableFuture.failedFuture(new IOException("away")))
                        .toCompletableFuture());
        ScheduledExecutorService other = Executors.newSingleThreadScheduledExecutor();
        report("Failsafe, retry, scheduler shut down", other,
                Failsafe.with(RetryPolicy.<String>builder().withDelay(Duration.ofSeconds(10)).build()).with(other)
                        .getStageAsync(() -> CompletableFuture.failedFuture(new IOException("away"))));
        System.exit(0);
    }

    private static void report(String title, ScheduledExecutorService scheduler, CompletableFuture<String> future) throws Exception {
        Thread.sleep(500);
        scheduler.shutdownNow();
        String result = "completed";
        try {
            future.get(14, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            result = "pending";
        } catch (ExecutionException e) {
            result = "failed with " + e.getCause();
        }
        System.out.println(title + ": " + result);
    }
}
JAVA
javac -cp 'lib/*' Closed.java

seen=$(timeout 100 java -cp '.:lib/*' Closed 2> log) || true
expected='bulkhead, close(): waits 5 s, tasks completed=2 interrupted=1 dropped=7
bulkhead, futures of the dropped tasks: pending=7
Resilience4j, retry, scheduler shut down: pending
Failsafe, retry, scheduler shut down: pending'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
