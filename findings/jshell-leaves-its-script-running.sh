#!/usr/bin/env bash
# jshell: SIGTERM ends jshell, and its script continues in another JVM, without a signal.
#
# guess:  jshell is the JVM that runs the script, or ends it: the hooks of the script run, and nothing is left.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A script with a JVM hook and a loop of 20 s, a second after it
#         has begun:
#           SIGTERM to jshell: exit=143, its statement=completed, the next one=left out, its hook=ran
#           --execution local, SIGTERM to jshell: exit=143, its statement=cut, the next one=left out, its hook=ran
#         jshell ends at once, so a supervisor takes the service for stopped or starts the next one beside it. The second JVM ends by
#         System.exit when the statement that it runs has returned, however long that takes.
# matters to: services and jobs that are scripts for jshell: --execution local, or java FILE.java, which is one JVM. Otherwise the end of
#         the container or of the unit kills the second JVM.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 without jshell.
set -euo pipefail

command -v jshell > /dev/null || { echo "needs jshell"; exit 2; }
work=$(mktemp -d)
jshell=
cleanup() {
    [ -z "$jshell" ] || { kill -KILL "$jshell" && wait "$jshell"; } 2>/dev/null || true
    ended=$(cat "$work"/*/pid 2>/dev/null || true)
    for pid in $ended; do
        kill -KILL "$pid" 2>/dev/null || true
        for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    done
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
# The settings of the user's own jshell stay as they are.
export JAVA_TOOL_OPTIONS="-Djava.util.prefs.userRoot=$work/prefs -Djava.util.prefs.systemRoot=$work/prefs"
cat > script.jsh <<'JAVA'
import java.nio.file.*;
Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { Files.writeString(Path.of("hook"), "ran"); } catch (Exception e) { } }));
Files.writeString(Path.of("pid"), "" + ProcessHandle.current().pid());
for (int i = 0; i < 200; i++) { Thread.sleep(100); if (i == 199) { Files.writeString(Path.of("end"), "of the loop"); } }
Files.writeString(Path.of("next"), "statement");
JAVA

try() { # title, options
    local title=$1 code=0 pid
    shift
    mkdir "$work/$title"
    cd "$work/$title"
    jshell "$@" ../script.jsh < /dev/null > out 2>&1 &
    jshell=$!
    for _ in $(seq 600); do [ ! -s pid ] || break; sleep 0.1; done
    sleep 1
    pid=$(cat pid)
    kill "$jshell"
    wait "$jshell" || code=$?
    jshell=
    for _ in $(seq 400); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    echo "$title: exit=$code, its statement=$([ -e end ] && echo completed || echo cut)," \
        "the next one=$([ -e next ] && echo ran || echo left out), its hook=$(cat hook 2>/dev/null || echo not called)"
    cd "$work"
}
try 'SIGTERM to jshell' > seen
try '--execution local, SIGTERM to jshell' --execution local >> seen
expected='SIGTERM to jshell: exit=143, its statement=completed, the next one=left out, its hook=ran
--execution local, SIGTERM to jshell: exit=143, its statement=cut, the next one=left out, its hook=ran'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat ./*/out; echo "changed; expected:"; echo "$expected"; exit 1; }
