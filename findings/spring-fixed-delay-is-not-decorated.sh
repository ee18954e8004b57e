#!/usr/bin/env bash
# Spring's scheduler for virtual threads does not call its TaskDecorator for tasks with a fixed delay.
#
# guess:  setTaskDecorator holds for every run of every task, as with ThreadPoolTaskScheduler.
# seen:   Spring Framework 7.0.10, OpenJDK 17.0.15 and 25.0.3, 2026-11-29: a task that runs three times
#           ThreadPoolTaskScheduler, fixed rate: decorated
#           ThreadPoolTaskScheduler, fixed delay: decorated
#           SimpleAsyncTaskScheduler, fixed rate: decorated
#           SimpleAsyncTaskScheduler, fixed delay: not decorated
#         The last one runs on the scheduler's own thread, past the decorator. Spring Boot makes this scheduler with
#         spring.threads.virtual.enabled=true, and hands TaskDecorator beans to it.
# matters to: anyone who counts, traces or authorizes runs of @Scheduled methods by a decorator.
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

cat > "$work/Decorated.java" <<'JAVA'
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.task.TaskDecorator;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

public class Decorated {
    public static void main(String[] args) throws Exception {
        for (String how : new String[] {"fixed rate", "fixed delay"}) {
            ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
            AtomicInteger calls = new AtomicInteger();
            scheduler.setTaskDecorator(counting(calls));
            scheduler.initialize();
            show(scheduler, how, calls);
        }
        for (String how : new String[] {"fixed rate", "fixed delay"}) {
            SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
            AtomicInteger calls = new AtomicInteger();
            scheduler.setTaskDecorator(counting(calls));
            show(scheduler, how, calls);
        }
        System.exit(0);
    }

    private static TaskDecorator counting(AtomicInteger calls) {
        return task -> () -> {
            calls.incrementAndGet();
            task.run();
        };
    }

    private static void show(TaskScheduler scheduler, String how, AtomicInteger calls) throws Exception {
        CountDownLatch runs = new CountDownLatch(3);
        Duration pause = Duration.ofMillis(50);
        var task = how.equals("fixed rate")
                ? scheduler.scheduleAtFixedRate(runs::countDown, pause)
                : scheduler.scheduleWithFixedDelay(runs::countDown, pause);
        if (!runs.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the task has not run three times");
        }
        task.cancel(false);
        System.out.println(scheduler.getClass().getSimpleName() + ", " + how + ": "
                + (calls.get() >= 3 ? "decorated" : calls.get() == 0 ? "not decorated" : calls + " times"));
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Decorated.java"

seen=$(java -cp "$work:$work/lib/*" Decorated 2> "$work/log")
expected='ThreadPoolTaskScheduler, fixed rate: decorated
ThreadPoolTaskScheduler, fixed delay: decorated
SimpleAsyncTaskScheduler, fixed rate: decorated
SimpleAsyncTaskScheduler, fixed delay: not decorated'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
