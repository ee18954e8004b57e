#!/usr/bin/env bash
# Jetty: with options for the JVM, start.jar runs the server in a second JVM, and at SIGTERM ends before it.
#
# guess:  start.jar passes SIGTERM on, waits until the server has ended, and passes on what the server prints meanwhile.
# seen:   Jetty 12.1.3, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A server with a JVM hook of 4 s, SIGTERM to start.jar:
#           options of the command line: exit=143, server=saved before that, its last line=printed
#           --exec in start.d: exit=143, server=still running, later saved, its last line=lost
#         start.jar starts the second JVM if a file of the base has --exec, as it must for -Xmx and other options there. Its JVM hook
#         signals that JVM and does not wait. Where start.jar is the main process, a container or a unit then kills the server. The log of
#         the stop is lost in any case, because start.jar is the one that prints it.
# matters to: units and containers with start.jar: exec java with the options on the command line, or the command that
#         start.jar --dry-run prints.
#
# needs: a JDK 17 or later, Maven and unzip. Exits with 0 if that is still so, with 1 if it has changed, with 2 if something is missing.
set -euo pipefail

command -v unzip > /dev/null || { echo "needs unzip"; exit 2; }
work=$(mktemp -d)
cleanup() {
    for name in started server; do
        [ ! -s "$work/base/$name" ] || kill -KILL "$(cat "$work/base/$name")" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact=org.eclipse.jetty:jetty-home:12.1.3:zip \
    -DoutputDirectory=. || { echo "needs Maven, and what it fetches"; exit 2; }
unzip -q jetty-home-12.1.3.zip
mkdir -p base/lib/ext base/etc classes
cat > Saves.java <<'JAVA'
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

public class Saves {
    public Saves() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Thread.sleep(4000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            System.out.println("state is saved");
            write("saved", "yes");
        }));
        write("server", "" + ProcessHandle.current().pid());
    }

    private static void write(String name, String text) {
        try {
            Files.writeString(Path.of(name), text);
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
JAVA
javac -d classes Saves.java
jar --create --file base/lib/ext/saves.jar -C classes .
cat > base/etc/saves.xml <<'XML'
<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_10_0.dtd">
<Configure id="Server" class="org.eclipse.jetty.server.Server"><New class="Saves"/></Configure>
XML
cd base
java -jar ../jetty-home-12.1.3/start.jar --add-modules=server,ext > ../log 2>&1 || { cat ../log; exit 1; }

try() { # title, options of the JVM
    local title=$1 code=0 pid state
    shift
    rm -f server saved
    java "$@" -jar ../jetty-home-12.1.3/start.jar etc/saves.xml > out 2>&1 &
    echo $! > started
    for _ in $(seq 600); do [ ! -s server ] || break; sleep 0.1; done
    sleep 1
    pid=$(cat server)
    kill "$(cat started)"
    wait "$(cat started)" || code=$?
    state='ended without saving'
    if [ -e saved ]; then state='saved before that'; elif kill -0 "$pid" 2>/dev/null; then state='still running'; fi
    for _ in $(seq 300); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    if [ "$state" = 'still running' ] && [ -e saved ]; then state="$state, later saved"; fi
    rm -f started server
    echo "$title: exit=$code, server=$state, its last line=$(grep -q 'state is saved' out && echo printed || echo lost)"
}
try 'options of the command line' -Xmx64m > ../seen
printf '%s\n' --exec -Xmx64m > start.d/jvm.ini
try '--exec in start.d' >> ../seen
expected='options of the command line: exit=143, server=saved before that, its last line=printed
--exec in start.d: exit=143, server=still running, later saved, its last line=lost'

cat ../seen
[ "$(cat ../seen)" = "$expected" ] || { tail -n 20 out; echo "changed; expected:"; echo "$expected"; exit 1; }
