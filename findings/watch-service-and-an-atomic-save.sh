#!/usr/bin/env bash
# WatchService: a file that is replaced by a rename is reported as created, never as modified; one behind a link is not reported at all.
#
# guess:  ENTRY_MODIFY for the name of the file in each of the four cases, perhaps after an ENTRY_CREATE.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18, 2026-11-29. Events for the name "state" after a write:
#           written in place: MODIFY
#           temporary file, atomic rename: CREATE
#           link, its target is written: none
#           ConfigMap, switched by its ..data link: none
#         An atomic save is a new file under an old name, so its directory gets the "created" of inotify, and no "modified" afterwards. In
#         a mounted ConfigMap the name is a link into a directory behind a second link; only "..data" is reported as created.
# matters to: reloads and followers that watch for ENTRY_MODIFY of one name: they work with an editor that writes in place, and miss
#         every atomic save and every new version of a ConfigMap. Watch for CREATE as well and compare the content.
#
# needs: a JDK 17 or later, on Linux. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Watch.java" <<'JAVA'
import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

public class Watch {
    interface Write {
        void run() throws IOException;
    }

    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);

        Path place = Files.createDirectory(root.resolve("place"));
        Files.writeString(place.resolve("state"), "old");
        run("written in place", place, () -> Files.writeString(place.resolve("state"), "new"));
        run("temporary file, atomic rename", place, () -> {
            Files.writeString(place.resolve("state.tmp"), "newer");
            Files.move(place.resolve("state.tmp"), place.resolve("state"), StandardCopyOption.ATOMIC_MOVE);
        });

        Path target = Files.createDirectory(root.resolve("target"));
        Files.writeString(target.resolve("state"), "old");
        Path link = Files.createDirectory(root.resolve("link"));
        Files.createSymbolicLink(link.resolve("state"), target.resolve("state"));
        run("link, its target is written", link, () -> Files.writeString(target.resolve("state"), "new"));

        Path map = Files.createDirectory(root.resolve("map"));
        Files.writeString(Files.createDirectory(map.resolve("..1")).resolve("state"), "old");
        Files.createSymbolicLink(map.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(map.resolve("state"), Path.of("..data", "state"));
        run("ConfigMap, switched by its ..data link", map, () -> {
            Files.writeString(Files.createDirectory(map.resolve("..2")).resolve("state"), "new");
            Files.createSymbolicLink(map.resolve("..data_tmp"), Path.of("..2"));
            Files.move(map.resolve("..data_tmp"), map.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        });
    }

    private static void run(String name, Path directory, Write write) throws Exception {
        try (WatchService watch = directory.getFileSystem().newWatchService()) {
            directory.register(watch, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
            write.run();
            Files.writeString(directory.resolve("last"), ""); // events come in order
            Set<String> kinds = new TreeSet<>();
            for (boolean last = false; !last; ) {
                WatchKey key = watch.poll(30, TimeUnit.SECONDS);
                if (key == null) {
                    throw new IllegalStateException("no event for the last file");
                }
                for (WatchEvent<?> event : key.pollEvents()) {
                    if (event.context().toString().equals("state")) {
                        kinds.add(event.kind().name().replace("ENTRY_", ""));
                    }
                    last |= event.context().toString().equals("last");
                }
                key.reset();
            }
            Files.delete(directory.resolve("last"));
            System.out.println(name + ": " + (kinds.isEmpty() ? "none" : String.join(" ", kinds)));
        }
    }
}
JAVA
javac -d "$work" "$work/Watch.java"

seen=$(timeout 150 java -cp "$work" Watch "$work")
expected='written in place: MODIFY
temporary file, atomic rename: CREATE
link, its target is written: none
ConfigMap, switched by its ..data link: none'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
