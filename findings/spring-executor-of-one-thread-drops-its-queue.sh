#!/usr/bin/env bash
# The close of a Spring context finishes the queue of a ThreadPoolTaskExecutor with two threads, and drops that of one with one.
#
# guess:  both alike: running tasks are interrupted and the queue is cleared, as setWaitForTasksToCompleteOnShutdown says
#         of its default, false.
# seen:   Spring Framework 7.0.10, OpenJDK 17.0.15, 2026-11-28: 20 tasks of 100 to 170 ms, close() when the first ones run
#           2 threads: 20 of 20 done, none cancelled
#           1 thread: fewer than 5 of 20 done, others cancelled or interrupted
#         Since 6.1 the executor takes part in the lifecycle: close() waits, 30 s at most, until no task is being executed,
#         and lets the pool work on meanwhile. With two threads there is always one at work until the queue is empty. With one
#         there is a moment between two tasks in which none is; that counts as the end, and then the queue is cleared and the
#         task that has just begun is interrupted. setWaitForTasksToCompleteOnShutdown(true) with
#         setAwaitTerminationSeconds(..) makes it certain.
# matters to: anyone who has work in @Async queues or an executor with one thread "for the order".
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>spring</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.springframework</groupId><artifactId>spring-context</artifactId><version>7.0.10</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Closed.java" <<'JAVA'
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

public class Closed {
    public static void main(String[] args) throws Exception {
        System.out.println("2 threads: " + close(2));
        System.out.println("1 thread: " + close(1));
        System.exit(0);
    }

    private static String close(int threads) throws Exception {
        GenericApplicationContext context = new GenericApplicationContext();
        context.registerBean(ThreadPoolTaskExecutor.class, () -> {
            ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
            executor.setCorePoolSize(threads);
            return executor;
        });
        context.refresh();
        ThreadPoolTaskExecutor executor = context.getBean(ThreadPoolTaskExecutor.class);
        CountDownLatch running = new CountDownLatch(threads);
        AtomicInteger done = new AtomicInteger();
        List<Future<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int millis = i % 2 == 0 ? 100 : 170;
            tasks.add(executor.submit(() -> {
                running.countDown();
                Thread.sleep(millis);
                done.incrementAndGet();
                return null;
            }));
        }
        running.await();
        context.close();
        executor.getThreadPoolExecutor().awaitTermination(20, TimeUnit.SECONDS);
        long cancelled = tasks.stream().filter(Future::isCancelled).count();
        System.err.println(threads + " threads: " + done + " done, " + cancelled + " cancelled");
        String how = done.get() < 5 ? "fewer than 5" : done.toString();
        return how + " of 20 done, "
                + (done.get() == 20 && cancelled == 0 ? "none cancelled" : "others cancelled or interrupted");
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Closed.java"

seen=$(java -cp "$work:$work/lib/*" Closed 2> "$work/log")
expected='2 threads: 20 of 20 done, none cancelled
1 thread: fewer than 5 of 20 done, others cancelled or interrupted'

echo "$seen"
grep ' threads: ' "$work/log" || true
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
