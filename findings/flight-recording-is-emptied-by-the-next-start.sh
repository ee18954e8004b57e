#!/usr/bin/env bash
# JFR: a start with the same file name empties the recording of the last run at once; a kill or halt leaves the empty file.
#
# guess:  the file is written at the exit, and only then replaces the one before it; after a kill or a halt there is no new file.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. -XX:StartFlightRecording:filename=last.jfr, a run that ends by itself, then the next
#         one with the same command:
#           first run, ended: last.jfr=recording
#           second run, while it runs: last.jfr=empty
#           second run, halted: last.jfr=empty
#           second run, killed: last.jfr=empty
#         What happened before a restart is lost with the restart, just when somebody wants to look at it, and a collector of such files takes
#         along empty ones.
# matters to: units and images with a fixed file name in their options, and Restart=: a name with %p and %t, or a move of the last recording
#         in ExecStartPre=. docs/jfr.md says how to find the events of a process that was killed.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 without java.
set -euo pipefail

command -v javac > /dev/null || { echo "needs a JDK"; exit 2; }
work=$(mktemp -d)
jvm=
cleanup() {
    [ -z "$jvm" ] || { kill -KILL "$jvm" && wait "$jvm"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
mkdir tmp

cat > Run.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;

public class Run {
    public static void main(String[] args) throws Exception {
        Files.createFile(Path.of("up"));
        while (!Files.exists(Path.of("end"))) {
            Thread.sleep(50);
        }
        if (args[0].equals("halted")) {
            Runtime.getRuntime().halt(1);
        }
    }
}
JAVA
javac Run.java

state() {
    if [ -s last.jfr ]; then echo recording; elif [ -e last.jfr ]; then echo empty; else echo none; fi
}
run() { # how it ends, how the run is called
    rm -f up end
    java "-Djava.io.tmpdir=$work/tmp" "-XX:FlightRecorderOptions:repository=$work/tmp" -XX:StartFlightRecording:filename=last.jfr -cp . Run "$1" > out 2>&1 &
    jvm=$!
    for _ in $(seq 600); do [ ! -e up ] || break; sleep 0.1; done
    [ "$1" != halted ] || echo "$2, while it runs: last.jfr=$(state)"
    if [ "$1" = killed ]; then kill -KILL "$jvm"; else touch end; fi
    wait "$jvm" 2>/dev/null || true
    jvm=
    echo "$2, $1: last.jfr=$(state)"
}
{
    run ended 'first run'
    cp last.jfr kept.jfr
    run halted 'second run'
    cp kept.jfr last.jfr
    run killed 'second run'
} > seen
expected='first run, ended: last.jfr=recording
second run, while it runs: last.jfr=empty
second run, halted: last.jfr=empty
second run, killed: last.jfr=empty'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat out; echo "changed; expected:"; echo "$expected"; exit 1; }
