#!/usr/bin/env bash
# JLine: as long as its terminal is open, Ctrl-C ends the JVM without its hooks, and handlers of SIGINT that were there before are gone.
#
# guess:  a terminal of JLine leaves SIGINT to the JVM, or to the handler that somebody has set: hooks run, as without it.
# seen:   JLine 3.30.6 and 4.3.1, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A program with a JVM hook on a terminal,
#         then SIGINT to it; "own handler" is one that ends with System.exit(70). The same in both versions:
#           no terminal: exit=130, hook=ran
#           terminal: exit=130, hook=left out
#           own handler, then terminal: exit=130, hook=left out
#           terminal, then own handler: exit=70, hook=ran
#           terminal, then closed: exit=130, hook=ran
#           nativeSignals(false): exit=130, hook=ran
#         The builder gives SIGINT the default action of the system, which is to kill. The exit code is that of an orderly end, so
#         nothing tells the two apart. SIGTERM and SIGHUP are left alone, and so is SIGINT where standard input and output are no terminal.
# matters to: services with a console of commands: nativeSignals(false), or the terminal before whoever handles the signals.
#
# needs: a JDK 17 or later, Maven and script of util-linux. Exits with 0 if that is still so, with 1 if it has changed, with 2 if something
# is missing.
set -euo pipefail

command -v script > /dev/null || { echo "needs script of util-linux"; exit 2; }
work=$(mktemp -d)
program=
cleanup() {
    [ -z "$program" ] || kill -KILL "$program" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

cat > Console.java <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import sun.misc.Signal;

public class Console {
    public static void main(String[] args) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> write("hook", "ran")));
        Terminal terminal = null;
        for (String step : args) {
            switch (step) {
                case "terminal" -> terminal = TerminalBuilder.builder().build();
                case "plain" -> terminal = TerminalBuilder.builder().nativeSignals(false).build();
                case "handler" -> Signal.handle(new Signal("INT"), signal -> System.exit(70));
                case "close" -> terminal.close();
                default -> throw new IllegalArgumentException(step);
            }
        }
        write("type", terminal == null ? "none" : terminal.getType());
        write("pid", "" + ProcessHandle.current().pid());
        Thread.sleep(20_000);
    }

    private static void write(String name, String text) {
        try {
            Files.writeString(Path.of(name), text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
JAVA

try() { # version, title, steps
    local version=$1 title=$2 code=0 terminal
    shift 2
    mkdir "$work/run"
    cd "$work/run"
    TERM=xterm setsid script -qefc "exec env --default-signal=INT java -cp '..:../$version/*' Console $*" /dev/null < /dev/null > out 2>&1 &
    terminal=$!
    for _ in $(seq 600); do [ ! -s pid ] || break; sleep 0.1; done
    program=$(cat pid)
    kill -INT "$program"
    wait "$terminal" || code=$?
    program=
    [ "$(cat type)" != dumb ] || { echo "needs a terminal that JLine can open"; exit 2; }
    echo "$title: exit=$code, hook=$(cat hook 2>/dev/null || echo left out)"
    cd "$work"
    rm -rf run
}
expected='no terminal: exit=130, hook=ran
terminal: exit=130, hook=left out
own handler, then terminal: exit=130, hook=left out
terminal, then own handler: exit=70, hook=ran
terminal, then closed: exit=130, hook=ran
nativeSignals(false): exit=130, hook=ran'

for version in 3.30.6 4.3.1; do
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="org.jline:jline:$version" \
        -DoutputDirectory="$version" || { echo "needs Maven, and what it fetches"; exit 2; }
    javac -nowarn -cp "$version/*" Console.java 2> log || { cat log; exit 1; }
    {
        try "$version" 'no terminal'
        try "$version" 'terminal' terminal
        try "$version" 'own handler, then terminal' handler terminal
        try "$version" 'terminal, then own handler' terminal handler
        try "$version" 'terminal, then closed' terminal close
        try "$version" 'nativeSignals(false)' plain
    } > seen
    echo "JLine $version"
    cat seen
    [ "$(cat seen)" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
done
