#!/usr/bin/env bash
# A JVM of 17 with one or two processors waits at its end for the tasks of CompletableFuture.runAsync; on a larger machine it does not.
#
# guess:  the common pool has daemon threads, so a task that runs when main returns is lost, on any machine and with any version.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. runAsync(task of 1.5 s), and main returns as soon as it has begun:
#           17, ActiveProcessorCount=1: daemon=no finished=yes
#           17, ActiveProcessorCount=2: daemon=no finished=yes
#           17, ActiveProcessorCount=3: daemon=yes finished=no
#           25, ActiveProcessorCount=1: daemon=yes finished=no
#           25, ActiveProcessorCount=2: daemon=yes finished=no
#           25, ActiveProcessorCount=3: daemon=yes finished=no
#         Where the common pool would have less than two threads, CompletableFuture of 17 starts a thread of its own for each task, and
#         that one is not a daemon. 25 always uses the pool. So the last task is done in a container with two processors, and lost on a
#         larger one, or after an update of the JDK, without a change of the program. A join() or a pool of your own makes it certain.
# matters to: work that is handed to runAsync, supplyAsync or thenApplyAsync without a pool shortly before the end.
#
# needs: a JDK 17 and one of 25 or later in /usr/lib/jvm; one of them is enough for its lines. Exits with 0 if that is still so, with 1
# if it has changed, with 2 if neither is there.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Last.java" <<'JAVA'
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

public class Last {
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture.runAsync(() -> {
            System.out.println(Thread.currentThread().isDaemon() ? "daemon=yes" : "daemon=no");
            begun.countDown();
            try {
                Thread.sleep(1500);
            } catch (InterruptedException e) {
                return;
            }
            System.out.println("finished");
        });
        begun.await();
    }
}
JAVA

of_version() { # the first java of this version, or nothing
    local java
    for java in /usr/lib/jvm/*/bin/java; do
        if [ -x "${java}c" ] && "$java" -version 2>&1 | grep "version \"$1[.\"]" > /dev/null; then echo "$java"; return; fi
    done
}

compiled='' found=''
for version in 17 25; do
    java=$(of_version "$version")
    [ -n "$java" ] || { echo "no JDK $version in /usr/lib/jvm, its lines are left out"; continue; }
    [ -n "$compiled" ] || { "${java}c" -d "$work" "$work/Last.java"; compiled=yes; }
    found=yes
    for processors in 1 2 3; do
        out=$("$java" -XX:ActiveProcessorCount="$processors" -cp "$work" Last)
        echo "$version, ActiveProcessorCount=$processors: $(head -n 1 <<< "$out") finished=$(grep -q finished <<< "$out" && echo yes || echo no)"
    done
done > "$work/seen"
cat "$work/seen"
[ -n "$found" ] || { echo "needs a JDK 17 or 25 in /usr/lib/jvm"; exit 2; }

expected='17, ActiveProcessorCount=1: daemon=no finished=yes
17, ActiveProcessorCount=2: daemon=no finished=yes
17, ActiveProcessorCount=3: daemon=yes finished=no
25, ActiveProcessorCount=1: daemon=yes finished=no
25, ActiveProcessorCount=2: daemon=yes finished=no
25, ActiveProcessorCount=3: daemon=yes finished=no'
! grep ActiveProcessorCount "$work/seen" | grep -vxF "$expected" || { echo "changed; expected:"; echo "$expected"; exit 1; }
