#!/usr/bin/env bash
# A scheduled executor of one thread runs delayed tasks after shutdown(), and stops periodic ones.
#
# guess:  shutdown() of any ScheduledExecutorService drops what is not due yet, or at least treats all tasks alike.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, Debian 12, 2026-11-28:
#           after shutdown(): delayed task done=false cancelled=false, periodic task cancelled=true
#           terminated 1.5 s after shutdown(), delayed task ran=true
#           as ScheduledThreadPoolExecutor: false
#         A task that is 1.5 s away holds the end of the pool for 1.5 s, one that is a day away for a day. The policy that
#         would change it cannot be reached: newSingleThreadScheduledExecutor() hides the pool in a wrapper that is no
#         ScheduledThreadPoolExecutor. Periodic tasks are cancelled.
# matters to: whoever waits for awaitTermination() of a scheduler that holds a retry or a time-out.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Delayed.java" <<'JAVA'
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

public class Delayed {
    public static void main(String[] args) throws Exception {
        ScheduledExecutorService pool = Executors.newSingleThreadScheduledExecutor();
        AtomicBoolean ran = new AtomicBoolean();
        ScheduledFuture<?> delayed = pool.schedule(() -> ran.set(true), 1500, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> periodic = pool.scheduleAtFixedRate(() -> {}, 1500, 1500, TimeUnit.MILLISECONDS);
        long begin = System.nanoTime();
        pool.shutdown();
        System.out.println("delayed cancelled=" + delayed.isCancelled() + ", periodic cancelled=" + periodic.isCancelled());
        boolean ended = pool.awaitTermination(10, TimeUnit.SECONDS);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        System.out.println("terminated=" + ended + ", waited for the task=" + (millis >= 1400) + ", delayed task ran=" + ran);
        System.out.println("ScheduledThreadPoolExecutor=" + (pool instanceof ScheduledThreadPoolExecutor));
        System.err.println(millis + " ms after shutdown()");
    }
}
JAVA

seen=$(java "$work/Delayed.java")
expected='delayed cancelled=false, periodic cancelled=true
terminated=true, waited for the task=true, delayed task ran=true
ScheduledThreadPoolExecutor=false'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
