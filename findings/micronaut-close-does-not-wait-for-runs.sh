#!/usr/bin/env bash
# The close of a Micronaut context does not wait for the @Scheduled or @Async method that runs, unless its graceful shutdown is on.
#
# guess:  close() waits for the run, as Spring does by default, and only then calls @PreDestroy of the beans that it uses.
# seen:   Micronaut 4.10.15, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30: a run of 4 s has begun at close()
#           @Scheduled: closed at once, run finished with a closed bean
#           @Async: closed at once, run finished with a closed bean
#           @Scheduled, graceful shutdown: closed after the run, run finished with an open bean
#           @Async, graceful shutdown: closed after the run, run finished with an open bean
#         The run is neither waited for nor interrupted; if the JVM ends then, it is cut. The graceful shutdown is the setting
#         micronaut.lifecycle.graceful-shutdown.enabled=true.
# matters to: jobs in Micronaut services: that setting, or count their runs as work in flight and wait for them before the close.
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
  <artifactId>runs</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.micronaut</groupId><artifactId>micronaut-runtime</artifactId><version>4.10.15</version></dependency>
    <dependency><groupId>io.micronaut</groupId><artifactId>micronaut-inject-java</artifactId><version>4.10.15</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

mkdir runs
cat > runs/Runs.java <<'JAVA'
package runs;

import io.micronaut.context.ApplicationContext;
import io.micronaut.scheduling.annotation.Async;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class Runs {
    private static CountDownLatch begun;
    private static CompletableFuture<String> end;
    private static String kind;

    @Singleton
    public static class Store {
        private volatile boolean closed;

        boolean isClosed() {
            return closed;
        }

        @PreDestroy
        void close() {
            closed = true;
        }
    }

    @Singleton
    public static class Jobs {
        private final Store store;

        Jobs(Store store) {
            this.store = store;
        }

        @Scheduled(fixedDelay = "1h", initialDelay = "1ms")
        void scheduled() {
            if (kind.equals("@Scheduled")) {
                work();
            }
        }

        @Async
        void async() {
            work();
        }

        private void work() {
            begun.countDown();
            try {
                Thread.sleep(4000); // the work
                end.complete("finished with " + (store.isClosed() ? "a closed" : "an open") + " bean");
            } catch (InterruptedException e) {
                end.complete("interrupted");
            }
        }
    }

    public static void main(String[] args) throws Exception {
        close("@Scheduled", false);
        close("@Async", false);
        close("@Scheduled", true);
        close("@Async", true);
        System.exit(0);
    }

    private static void close(String method, boolean graceful) throws Exception {
        kind = method;
        begun = new CountDownLatch(1);
        end = new CompletableFuture<>();
        ApplicationContext context = ApplicationContext.run(Map.of("micronaut.lifecycle.graceful-shutdown.enabled", graceful));
        if (method.equals("@Async")) {
            context.getBean(Jobs.class).async();
        }
        begun.await();
        context.close();
        String closed = end.isDone() ? "closed after the run" : "closed at once";
        String run = end.get(30, TimeUnit.SECONDS);
        System.out.println(method + (graceful ? ", graceful shutdown: " : ": ") + closed + ", run " + run);
    }
}
JAVA
javac -d . -cp 'lib/*' -processorpath "$(printf '%s:' lib/*.jar)" runs/Runs.java 2> log || { cat log; exit 2; }

seen=$(timeout 120 java -cp '.:lib/*' runs.Runs 2> log) || true
expected='@Scheduled: closed at once, run finished with a closed bean
@Async: closed at once, run finished with a closed bean
@Scheduled, graceful shutdown: closed after the run, run finished with an open bean
@Async, graceful shutdown: closed after the run, run finished with an open bean'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
