#!/usr/bin/env bash
# java.util.logging: a JVM hook of its own closes all handlers when the exit begins; what other hooks log afterwards is lost.
#
# guess:  java.util.logging has no stop and needs none: what a JVM hook logs is in the file.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A FileHandler on the root logger; a JVM hook logs a line as soon as the root
#         logger has no handler left, then the JVM ends:
#           running: in the file=yes
#           hook: handlers closed meanwhile=yes, line in the file=no, reported=no
#         The hook of LogManager runs at the same time as all others and resets the configuration, some milliseconds after the
#         exit has begun. A program without handlers of its own loses its lines on the console in the same way. If a line comes in
#         the very moment of the close, 25 prints a NullPointerException of StreamHandler instead.
# matters to: shutdowns that run in a JVM hook and log by java.util.logging, also behind SLF4J or System.Logger: end on a signal or
#         a call, before the hooks.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Jul.java" <<'JAVA'
import java.io.IOException;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

public class Jul {
    public static void main(String[] args) throws IOException {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        FileHandler file = new FileHandler(args[0]);
        file.setFormatter(new SimpleFormatter());
        root.addHandler(file);
        Logger logger = Logger.getLogger("service");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            long begin = System.nanoTime();
            while (root.getHandlers().length > 0 && System.nanoTime() - begin < 20_000_000_000L) {
                Thread.onSpinWait();
            }
            System.out.println(root.getHandlers().length == 0 ? "closed" : "open");
            logger.info("state saved");
        }));
        logger.info("ready");
        System.exit(0);
    }
}
JAVA
javac -d "$work" "$work/Jul.java"

java -cp "$work" Jul "$work/file" > "$work/out" 2> "$work/err"

holds() { grep -q "$1" "$2" && echo yes || echo no; }
seen="running: in the file=$(holds ready "$work/file")
hook: handlers closed meanwhile=$(holds closed "$work/out"), line in the file=$(holds 'state saved' "$work/file"), reported=$([ -s "$work/err" ] && echo yes || echo no)"
expected='running: in the file=yes
hook: handlers closed meanwhile=yes, line in the file=no, reported=no'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/err"; echo "changed; expected:"; echo "$expected"; exit 1; }
