#!/usr/bin/env bash
# The close of a Spring context waits for the task of a pool, and not for that of the executor for virtual threads.
#
# guess:  both take part in the lifecycle: close() waits, up to 30 s, for the task that is being executed.
# seen:   Spring Framework 7.0.10, OpenJDK 17.0.15 and 25.0.3, 2026-11-28: a task of 2 s is running at close()
#           ThreadPoolTaskExecutor: closed after more than a second, task finished
#           SimpleAsyncTaskExecutor: closed at once, task still running
#         The second one is what Spring Boot puts in the place of the first with spring.threads.virtual.enabled=true. Its threads go
#         on with beans that are closed; virtual threads end with the JVM. setTaskTerminationTimeout(..) makes close() wait.
# matters to: anyone who switches @Async work to virtual threads.
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

cat > "$work/Executors.java" <<'JAVA'
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

public class Executors {
    public static void main(String[] args) throws Exception {
        close(ThreadPoolTaskExecutor.class);
        close(SimpleAsyncTaskExecutor.class);
        System.exit(0);
    }

    private static <E extends AsyncTaskExecutor> void close(Class<E> type) throws Exception {
        GenericApplicationContext context = new GenericApplicationContext();
        context.registerBean(type);
        context.refresh();
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> task = new CompletableFuture<>();
        context.getBean(type).execute(() -> {
            running.countDown();
            try {
                Thread.sleep(2_000);
                task.complete("finished");
            } catch (InterruptedException e) {
                task.complete("interrupted");
            }
        });
        running.await();
        long begin = System.nanoTime();
        context.close();
        String when = System.nanoTime() - begin > 1_000_000_000 ? "after more than a second" : "at once";
        System.out.println(type.getSimpleName() + ": closed " + when + ", task " + task.getNow("still running"));
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Executors.java"

seen=$(java -cp "$work:$work/lib/*" Executors 2> "$work/log")
expected='ThreadPoolTaskExecutor: closed after more than a second, task finished
SimpleAsyncTaskExecutor: closed at once, task still running'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
