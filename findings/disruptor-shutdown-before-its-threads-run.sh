#!/usr/bin/env bash
# Disruptor: shutdown() returns without an exception and drops all events if the handler's thread does not run yet; later ones vanish too.
#
# guess:  shutdown(timeout) waits until all published events have been handled, or throws a TimeoutException; publishing after it throws.
# seen:   Disruptor 4.0.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Ten events, then shutdown(10 s), ten more events:
#           handler runs: shutdown returns normally, handled 10 of 10; published after it: no exception, handled 0 of 10
#           handler's thread not yet scheduled: shutdown returns normally, handled 0 of 10; published after it: no exception, handled 0 of 10
#         Whether there is a backlog is asked only of handlers that are running, and start() does not wait for their threads. In
#         a short program on a busy machine all ten were lost without any help; here the thread is held back until shutdown() has
#         returned. What comes later lies in the ring for ever.
# matters to: short jobs and starts that fail early, whose last events or log lines go through a ring: wait, with a limit, for a first
#         event or onStart() of the handler before shutdown(), and end the publishers before it.
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
  <artifactId>disruptor</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.lmax</groupId><artifactId>disruptor</artifactId><version>4.0.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Ring.java" <<'JAVA'
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.dsl.Disruptor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

public class Ring {
    public static void main(String[] args) throws Exception {
        run("handler runs", true);
        run("handler's thread not yet scheduled", false);
        System.exit(0);
    }

    private static void run(String name, boolean runs) throws InterruptedException {
        CountDownLatch scheduled = new CountDownLatch(runs ? 0 : 1);
        AtomicInteger handled = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        Disruptor<int[]> disruptor = new Disruptor<>(() -> new int[1], 64, handler -> new Thread(() -> {
            await(scheduled);
            handler.run();
            ended.incrementAndGet();
        }));
        disruptor.handleEventsWith((event, sequence, endOfBatch) -> handled.incrementAndGet());
        disruptor.start();
        publishTen(disruptor);
        while (runs && handled.get() == 0) {
            Thread.sleep(1);
        }
        String end = "returns normally";
        try {
            disruptor.shutdown(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            end = "throws " + e;
        }
        scheduled.countDown();
        while (ended.get() == 0) { // nothing is handled after that
            Thread.sleep(1);
        }
        int before = handled.get();
        String later = "no exception";
        try {
            publishTen(disruptor);
        } catch (RuntimeException e) {
            later = e.toString();
        }
        Thread.sleep(500); // for a handler that would still come
        System.out.println(name + ": shutdown " + end + ", handled " + before + " of 10; published after it: " + later + ", handled "
                + (handled.get() - before) + " of 10");
    }

    private static void publishTen(Disruptor<int[]> disruptor) {
        for (int i = 0; i < 10; i++) {
            disruptor.publishEvent((event, sequence) -> event[0] = 1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Ring.java"

seen=$(timeout 60 java -cp "$work:$work/lib/*" Ring 2> "$work/log") || { cat "$work/log"; exit 1; }
expected="handler runs: shutdown returns normally, handled 10 of 10; published after it: no exception, handled 0 of 10
handler's thread not yet scheduled: shutdown returns normally, handled 0 of 10; published after it: no exception, handled 0 of 10"

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
