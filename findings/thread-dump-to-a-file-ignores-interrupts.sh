#!/usr/bin/env bash
# HotSpotDiagnosticMXBean.dumpThreads of many virtual threads takes seconds, writes hundreds of megabytes, and ignores interrupts.
#
# guess:  a dump of 100,000 waiting virtual threads to a file takes about a second on two cores, and an interrupt of its thread
#         ends it within 100 ms with ClosedByInterruptException, because it writes by NIO.
# seen:   OpenJDK 25.0.3 on two cores, 2026-11-29:
#           10000 threads: interrupted after 0.1 s, returned 2.2 s later without an exception, 16 MB, still interrupted
#           100000 threads: interrupted after 0.1 s, returned 9.0 s later without an exception, 166 MB, still interrupted
#         The file has about 1.7 kB for each thread with a stack of 16 frames of the program.
# matters to: anyone who dumps the threads of a process that is about to end, within a limit, or from a thread with other duties:
#         give the dump a thread of its own, and delete its file also if the process ends before it.
#
# needs: a JDK 21 or later on the PATH or in /usr/lib/jvm. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it
# cannot be tried here.
set -euo pipefail

bin=
for candidate in "$(dirname "$(command -v javac || echo /nowhere/javac)")" /usr/lib/jvm/*/bin; do
    version=$("$candidate/javac" -version 2>/dev/null | sed 's/^javac //; s/[^0-9].*//' || true)
    if [ "${version:-0}" -ge 21 ]; then bin=$candidate; fi
done
[ -n "$bin" ] || { echo "needs a JDK 21 or later"; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Dump.java" <<'JAVA'
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

public class Dump {
    static volatile String result = "returned";
    static volatile boolean interrupted;

    static void waitAt(int depth, CountDownLatch end) throws InterruptedException {
        if (depth == 0) {
            end.await();
        } else {
            waitAt(depth - 1, end);
        }
    }

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[0]);
        Path file = Path.of(args[1]).toAbsolutePath();
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Thread.startVirtualThread(() -> {
                started.countDown();
                try {
                    waitAt(15, end);
                } catch (InterruptedException unexpected) {
                    throw new IllegalStateException(unexpected);
                }
            });
        }
        started.await();
        var bean = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        Thread dumping = new Thread(() -> {
            try {
                bean.dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
            } catch (Exception failure) {
                result = failure.toString();
            }
            interrupted = Thread.currentThread().isInterrupted();
        });
        dumping.start();
        while (!Files.exists(file)) {
            Thread.sleep(5);
        }
        Thread.sleep(100);
        long at = System.nanoTime();
        dumping.interrupt();
        dumping.join();
        System.err.printf("  %.1f s after the interrupt, %d MB%n", (System.nanoTime() - at) / 1e9, Files.size(file) >> 20);
        System.out.println(count + " threads: " + result + ", interrupted: " + interrupted);
    }
}
JAVA
"$bin/javac" -d "$work" "$work/Dump.java"

seen=
for count in 10000 100000; do
    seen+=$("$bin/java" -Xmx1g -cp "$work" Dump "$count" "$work/$count.json")$'\n'
done
expected='10000 threads: returned, interrupted: true
100000 threads: returned, interrupted: true
'
printf '%s' "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; printf '%s' "$expected"; exit 1; }
