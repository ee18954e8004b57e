#!/usr/bin/env bash
# A child that setpriv --pdeathsig ties to a JVM is signalled when the Java thread that started it ends.
#
# guess:  the child is signalled when the JVM ends, as the name "parent death signal" says.
# seen:   setpriv of util-linux 2.38.1, Linux 6.18, OpenJDK 17.0.15 and 25.0.3, 2026-11-28
#           started by a thread that ends: ended by signal 15 while the JVM runs
#           started by a thread that stays: runs
#         For the kernel the parent is the thread that called fork, and each Java thread is one of those. A pool that lets idle
#         threads end, or a virtual thread's carrier, ends the children that were started there, at some time.
# matters to: anyone who ties helper processes to a JVM, so that they do not outlive it.
#
# needs: Linux, setpriv, and a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 without setpriv.
set -euo pipefail

command -v setpriv > /dev/null || { echo "needs setpriv of util-linux"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Parent.java" <<'JAVA'
import java.util.concurrent.TimeUnit;

public class Parent {
    public static void main(String[] args) throws Exception {
        Process[] helper = new Process[1];
        Thread starter = new Thread(() -> helper[0] = helper());
        starter.start();
        starter.join();
        boolean ended = helper[0].waitFor(5, TimeUnit.SECONDS);
        System.out.println("started by a thread that ends: "
                + (ended ? "ended by signal " + (helper[0].exitValue() - 128) + " while the JVM runs" : "runs"));
        Process own = helper();
        System.out.println("started by a thread that stays: " + (own.waitFor(2, TimeUnit.SECONDS) ? "ended" : "runs"));
        own.destroy();
        helper[0].destroy();
    }

    private static Process helper() {
        try {
            Process process = new ProcessBuilder("setpriv", "--pdeathsig", "TERM", "sh", "-c", "echo; exec sleep 30").start();
            process.getInputStream().read(); // setpriv has done its work
            return process;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
JAVA
javac -d "$work" "$work/Parent.java"

setpriv --version
seen=$(java -cp "$work" Parent)
expected='started by a thread that ends: ended by signal 15 while the JVM runs
started by a thread that stays: runs'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
