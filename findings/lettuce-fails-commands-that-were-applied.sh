#!/usr/bin/env bash
# Lettuce: close() and shutdown() fail the futures of commands that Redis nevertheless executes.
#
# guess:  close() waits for the commands in flight, or it drops what was not sent yet; a failed future mostly means "not applied".
# seen:   Lettuce 7.7.0, Redis 7.0.15, OpenJDK 17.0.15, 2026-11-29. 100,000 INCR, then at once the close:
#           connection.close(): applied 100000, more than reported=yes, futures left open=0
#           client.shutdown(): applied 100000, more than reported=yes, futures left open=0
#         In one run 11,297 futures failed with "Connection closed" after close(), and 57,392 after shutdown(); Redis had
#         applied every one of these commands. To repeat what failed would count them twice. Wait for the futures first
#         (LettuceFutures.awaitAll), then close; or repeat only what is idempotent.
# matters to: anyone who closes the client while asynchronous commands are in flight, and repeats or reports what failed.
#
# needs: a JDK 17 or later, Maven and redis-server. Exits with 0 if that is still so, with 1 if it has changed, with 2 without
# redis-server or the dependencies.
set -euo pipefail

command -v redis-server > /dev/null || { echo "needs redis-server"; exit 2; }

work=$(mktemp -d)
redis=
cleanup() {
    [ -z "$redis" ] || kill "$redis" 2>/dev/null || true
    [ -z "$redis" ] || wait "$redis" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>lettuce</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.lettuce</groupId><artifactId>lettuce-core</artifactId><version>7.7.0.RELEASE</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Closed.java" <<'JAVA'
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

public class Closed {
    private static final int COMMANDS = 100_000;

    public static void main(String[] args) throws Exception {
        RedisURI redis = RedisURI.create("redis://127.0.0.1:" + args[0]);
        System.out.println("connection.close(): " + run(redis, "close", false));
        System.out.println("client.shutdown(): " + run(redis, "shutdown", true));
        System.exit(0);
    }

    private static String run(RedisURI redis, String key, boolean shutdown) throws Exception {
        RedisClient client = RedisClient.create(redis);
        StatefulRedisConnection<String, String> connection = client.connect();
        List<CompletableFuture<Long>> commands = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            commands.add(connection.async().incr(key).toCompletableFuture());
        }
        if (shutdown) {
            client.shutdown();
        } else {
            connection.close();
        }
        try {
            CompletableFuture.allOf(commands.toArray(CompletableFuture[]::new)).exceptionally(failed -> null).get(5, TimeUnit.SECONDS);
        } catch (TimeoutException someAreOpen) {
            // counted below
        }
        long open = commands.stream().filter(command -> !command.isDone()).count();
        long failed = commands.stream().filter(CompletableFuture::isCompletedExceptionally).count();

        int applied;
        try (StatefulRedisConnection<String, String> later = RedisClient.create(redis).connect()) {
            // Redis forgets a connection once it has read it to its end.
            for (int i = 0; i < 2000 && later.sync().clientList().lines().count() > 1; i++) {
                Thread.sleep(10);
            }
            applied = Integer.parseInt(later.sync().get(key));
        }
        System.err.println(failed + " futures failed");
        return "applied " + applied + ", more than reported="
                + (applied > COMMANDS - failed - open ? "yes" : "no") + ", futures left open=" + open;
    }
}
JAVA
cat > "$work/Port.java" <<'JAVA'
public class Port {
    public static void main(String[] args) throws Exception {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            System.out.println(socket.getLocalPort());
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Closed.java"

# a port that is free now
port=$(java "$work/Port.java")
redis-server --port "$port" --bind 127.0.0.1 --dir "$work" --save '' > "$work/redis.log" &
redis=$!
for _ in $(seq 100); do grep -q "Ready to accept" "$work/redis.log" && break; sleep 0.1; done
grep -q "Ready to accept" "$work/redis.log" || { echo "needs a redis-server that starts:"; cat "$work/redis.log"; exit 2; }

seen=$(java -cp "$work:$work/lib/*" Closed "$port" 2> "$work/log") || { cat "$work/log"; exit 1; }
expected='connection.close(): applied 100000, more than reported=yes, futures left open=0
client.shutdown(): applied 100000, more than reported=yes, futures left open=0'

echo "$seen"
grep ' failed' "$work/log" || true
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
