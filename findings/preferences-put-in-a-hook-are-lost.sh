#!/usr/bin/env bash
# java.util.prefs writes its values in a JVM hook of its own; what is put after that, by another hook, is lost without a word.
#
# guess:  a value that is put in a JVM hook is written before the JVM ends, like one that is put just before System.exit.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, Linux, 2026-11-29; a value is put, then System.exit:
#           put before the exit: kept
#           put in a hook, after the hook of the preferences: lost
#           put in a hook and flushed: kept
#         The hooks run at the same time, so without the wait of this script it depends on the moment. A put starts no write; a timer writes
#         every 30 s, and the hook once at the exit.
# matters to: programs that keep the outcome of their last run, or a last position, in Preferences: flush() after the last put.
#
# needs: Linux and a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot be tried here.
set -euo pipefail

command -v javac > /dev/null || { echo "needs a JDK"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > Prefs.java <<'JAVA'
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.prefs.BackingStoreException;
import java.util.prefs.Preferences;

public class Prefs {
    public static void main(String[] args) {
        Preferences node = Preferences.userRoot().node("findings");
        switch (args[0]) {
            case "read" -> {
                System.out.println("put before the exit: " + kept(node, "before"));
                System.out.println("put in a hook, after the hook of the preferences: " + kept(node, "hook"));
                System.out.println("put in a hook and flushed: " + kept(node, "flushed"));
            }
            default -> {
                node.put("before", args[0]);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(node, args[0])));
            }
        }
        System.exit(0);
    }

    private static void end(Preferences node, String name) {
        try {
            long limit = System.nanoTime() + 60_000_000_000L;
            while (!written(name)) {
                if (System.nanoTime() > limit) {
                    System.err.println("the hook of the preferences has written nothing");
                    return;
                }
                Thread.sleep(20);
            }
            node.put(name, "value");
            if (name.equals("flushed")) {
                node.flush();
            }
        } catch (IOException | InterruptedException | BackingStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean written(String name) throws IOException {
        Path file = Path.of(System.getProperty("java.util.prefs.userRoot"), ".java", ".userPrefs", "findings", "prefs.xml");
        return Files.exists(file) && Files.readString(file).contains("value=\"" + name + "\"");
    }

    private static String kept(Preferences node, String key) {
        return node.get(key, null) == null ? "lost" : "kept";
    }
}
JAVA
javac Prefs.java

for run in hook flushed read; do
    java -Djava.util.prefs.userRoot="$work" -Djava.util.prefs.systemRoot="$work" -cp . Prefs "$run" 2>> log
done > seen
expected='put before the exit: kept
put in a hook, after the hook of the preferences: lost
put in a hook and flushed: kept'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
