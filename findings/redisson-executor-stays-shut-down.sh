#!/usr/bin/env bash
# Redisson: RExecutorService.shutdown() shuts the executor down for all processes, also for those that start later.
#
# guess:  it concerns the calling process, as with any ExecutorService; the executor of the same name in another process still
#         takes tasks.
# seen:   Redisson 3.50.0, Redis 7.0.15, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Two clients with workers for the executor
#         of one name; the first one calls shutdown(); then a new process:
#           both clients: task is run
#           second client, after shutdown() of the first: RejectedExecutionException
#           new process, isShutdown=true: RejectedExecutionException
#           new process, after delete(): task is run
#         The state is a key in Redis without an expiry. The close of the client itself (RedissonClient.shutdown()) does not set it.
# matters to: containers of dependency injection, which call shutdown() or close() of a bean at the end by themselves, as Spring
#         does (destroyMethod = "" prevents it): a rolling restart ends the executor for good.
#
# needs: a JDK 17 or later, Maven and redis-server. Exits with 0 if that is still so, with 1 if it has changed, with 2 without
# redis-server or the dependencies.
set -euo pipefail

command -v redis-server > /dev/null || { echo "needs redis-server"; exit 2; }
work=$(mktemp -d)
redis=
cleanup() {
    [ -z "$redis" ] || { kill "$redis" && wait "$redis"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId><artifactId>redisson</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.redisson</groupId><artifactId>redisson</artifactId><version>3.50.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Tasks.java <<'JAVA'
import java.io.Serializable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RExecutorService;
import org.redisson.api.RedissonClient;
import org.redisson.api.WorkerOptions;
import org.redisson.config.Config;

/** Arguments: the socket's port, and first or next. */
public class Tasks {
    public static class Task implements Runnable, Serializable {
        @Override
        public void run() {}
    }

    public static void main(String[] args) throws Exception {
        RedissonClient client = connect(args[0]);
        if (args[1].equals("first")) {
            RedissonClient other = connect(args[0]);
            RExecutorService first = executor(client);
            RExecutorService second = executor(other);
            String both = submit(first);
            System.out.println("both clients: " + (both.equals(submit(second)) ? both : "differ"));
            first.shutdown();
            System.out.println("second client, after shutdown() of the first: " + submit(second));
            other.shutdown();
        } else {
            RExecutorService executor = client.getExecutorService("tasks");
            System.out.print("new process, isShutdown=" + executor.isShutdown() + ": ");
            System.out.println(submit(executor(client)));
            executor.delete();
            System.out.println("new process, after delete(): " + submit(executor(client)));
        }
        client.shutdown();
        System.exit(0);
    }

    private static RedissonClient connect(String port) {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port)
                .setConnectionMinimumIdleSize(2).setConnectionPoolSize(6).setSubscriptionConnectionMinimumIdleSize(1);
        return Redisson.create(config);
    }

    private static RExecutorService executor(RedissonClient client) {
        RExecutorService executor = client.getExecutorService("tasks");
        executor.registerWorkers(WorkerOptions.defaults().workers(1));
        return executor;
    }

    private static String submit(RExecutorService executor) throws Exception {
        try {
            executor.submit(new Task()).toCompletableFuture().get(30, TimeUnit.SECONDS);
            return "task is run";
        } catch (RejectedExecutionException e) {
            return "RejectedExecutionException";
        }
    }
}
JAVA
javac -proc:none -cp 'lib/*' Tasks.java

for port in 26399 27399 28399 29399; do
    redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$work" > redis.log 2>&1 &
    redis=$!
    for _ in $(seq 50); do
        grep -q 'Ready to accept connections' redis.log && break 2
        kill -0 "$redis" 2>/dev/null || continue 2 # the port is taken
        sleep 0.1
    done
done
grep -q 'Ready to accept connections' redis.log || { cat redis.log; echo "needs redis-server"; exit 2; }

seen=$(timeout 120 java -cp '.:lib/*' Tasks "$port" first 2> log
    timeout 120 java -cp '.:lib/*' Tasks "$port" next 2>> log) || { cat log; echo "ended without a result"; exit 1; }
expected='both clients: task is run
second client, after shutdown() of the first: RejectedExecutionException
new process, isShutdown=true: RejectedExecutionException
new process, after delete(): task is run'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
