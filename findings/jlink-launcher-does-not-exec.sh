#!/usr/bin/env bash
# SIGTERM to the launcher that jlink makes ends a shell; the JVM continues without a parent.
#
# guess:  the launcher ends in "exec java", as start scripts do, and SIGTERM reaches the JVM.
# seen:   jlink of OpenJDK 17.0.15 and Temurin 25.0.3, dash 0.5.12, Linux 6.18, 2026-11-29: both versions print
#           launcher: exit=143, JVM alive=yes, hook ran=no
#           JVM itself: hook ran=yes
#         bin/app is a shell script of four lines; the last one is "$DIR/java $JLINK_VM_OPTIONS -m m/p.Main "$@"", without
#         exec. A supervisor sees the end after a millisecond with 143 and may start a second JVM beside the first; a
#         stop that kills the whole group or cgroup reaches both. Use your own launcher: exec bin/java -m m/p.Main.
# matters to: anyone who ships a run-time image with --launcher and starts it from systemd, a container or a script.
#
# needs: a JDK 17 or later with jlink. Exits with 0 if that is still so, with 1 if it has changed, with 2 without one.
set -euo pipefail

command -v jlink > /dev/null || { echo "needs a JDK with jlink"; exit 2; }
work=$(mktemp -d)
jvm=
cleanup() {
    [ -z "$jvm" ] || kill -KILL "$jvm" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

mkdir -p "$work/src/p"
echo 'module m {}' > "$work/src/module-info.java"
cat > "$work/src/p/Main.java" <<'JAVA'
package p;

import java.nio.file.Files;
import java.nio.file.Path;

public class Main {
    public static void main(String[] args) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Files.createFile(Path.of(args[0], "hook"));
            } catch (java.io.IOException e) {
                e.printStackTrace();
            }
        }));
        Path pid = Path.of(args[0], "pid");
        Files.writeString(pid, ProcessHandle.current().pid() + "\n");
        Thread.sleep(60_000);
    }
}
JAVA
javac -d "$work/classes" "$work/src/module-info.java" "$work/src/p/Main.java"
jlink --module-path "$work/classes" --add-modules m --launcher app=m/p.Main --output "$work/image"
jlink --version
cat "$work/image/bin/app"

hook_ran() { [ -e "$work/hook" ] && echo yes || echo no; }

"$work/image/bin/app" "$work" &
launcher=$!
for _ in $(seq 200); do [ -s "$work/pid" ] && break; sleep 0.1; done
jvm=$(cat "$work/pid")
kill -TERM "$launcher"
code=0
wait "$launcher" || code=$?
for _ in $(seq 20); do [ -e "$work/hook" ] && break; sleep 0.1; done # the JVM has two seconds to react
alive=no
kill -0 "$jvm" 2>/dev/null && alive=yes
first="launcher: exit=$code, JVM alive=$alive, hook ran=$(hook_ran)"
kill -TERM "$jvm" 2>/dev/null || true
for _ in $(seq 100); do kill -0 "$jvm" 2>/dev/null || break; sleep 0.1; done
seen="$first
JVM itself: hook ran=$(hook_ran)"
expected='launcher: exit=143, JVM alive=yes, hook ran=no
JVM itself: hook ran=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
