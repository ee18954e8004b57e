#!/usr/bin/env bash
# Netty: shutdownGracefully() cancels each delayed task at once, even one that is due long before the quiet period is over.
#
# guess:  tasks that come due during the quiet period run, as they do after shutdown() of a ScheduledThreadPoolExecutor.
# seen:   Netty 4.2.20, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A task with a delay of 500 ms, then the shutdown:
#           ScheduledThreadPoolExecutor.shutdown(): ran
#           Netty, shutdownGracefully(): cancelled after less than 400 ms, terminated after 2 s or more
#         The loop drops its delayed tasks first and is then quiet for its 2 s: it waits, but not for what was planned.
#         Retries, idle handlers and delayed writes end there. Run or await them before the shutdown.
# matters to: servers and clients that plan work on the event loop (schedule, retries with a delay).
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
  <artifactId>netty</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.netty</groupId><artifactId>netty-transport</artifactId><version>4.2.20.Final</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Planned.java" <<'JAVA'
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

public class Planned {
    public static void main(String[] args) throws Exception {
        ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1);
        CountDownLatch ran = new CountDownLatch(1);
        pool.schedule(ran::countDown, 500, TimeUnit.MILLISECONDS);
        pool.shutdown();
        boolean poolRan = ran.await(10, TimeUnit.SECONDS);
        System.out.println("ScheduledThreadPoolExecutor.shutdown(): " + (poolRan ? "ran" : "did not run"));

        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        group.submit(() -> {}).get(); // the loop is running
        io.netty.util.concurrent.ScheduledFuture<?> planned =
                group.next().schedule(() -> {}, 500, TimeUnit.MILLISECONDS);
        long begin = System.nanoTime();
        group.shutdownGracefully();
        while (!planned.isDone()) {
            Thread.sleep(1);
        }
        long done = (System.nanoTime() - begin) / 1_000_000;
        group.terminationFuture().await();
        long terminated = (System.nanoTime() - begin) / 1_000_000;
        System.err.println("done after " + done + " ms, terminated after " + terminated + " ms");
        System.out.println("Netty, shutdownGracefully(): " + (planned.isCancelled() ? "cancelled" : "ran") + " after "
                + (done < 400 ? "less" : "more") + " than 400 ms, terminated after "
                + (terminated >= 1900 ? "2 s or more" : terminated + " ms"));
        System.exit(0);
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Planned.java"

seen=$(java -cp "$work:$work/lib/*" Planned 2> "$work/log")
expected='ScheduledThreadPoolExecutor.shutdown(): ran
Netty, shutdownGracefully(): cancelled after less than 400 ms, terminated after 2 s or more'

echo "$seen"
grep 'done after' "$work/log" || true
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
