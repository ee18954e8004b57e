#!/usr/bin/env bash
# Files.copy and Files.move with REPLACE_EXISTING delete the target first: if the copy fails, the old content is gone as well.
#
# guess:  the target is opened and overwritten; after a failure half of the new content is there, as with cp, and if not even one byte
#         could be read, the old content.
# seen:   OpenJDK 17.0.15, Temurin 25.0.3, coreutils 9.1, Linux 6.18, 2026-11-29. The target has old content on a file system of 2 MB, the
#         source has 3 MB; the state of the target afterwards:
#           Files.copy(stream, target), whose first read fails: empty
#           Files.copy(stream, target): half new
#           Files.copy(file, target): missing
#           Files.move(file on another file system, target): missing
#           cp: half new
#           mv from another file system: half new
#         Files.copy(file, target) deletes what it has copied when it fails, after it has deleted the old file, so neither is left. A link
#         or a lock on the target is lost even if the copy succeeds, since it is a new file.
# matters to: a download, a backup or a state that is put in the place of the last one. Copy to a temporary name in the same folder, then
#         Files.move(.., ATOMIC_MOVE).
#
# needs: root on Linux with tmpfs, and a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot be
# tried here.
set -euo pipefail

command -v javac > /dev/null || { echo "needs a JDK"; exit 2; }
work=$(mktemp -d)
cleanup() {
    ! mountpoint -q "$work/small" || umount "$work/small"
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
mkdir small
mount -t tmpfs -o size=2m none small 2> log || { cat log; echo "needs root and tmpfs"; exit 2; }

cat > Replace.java <<'JAVA'
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

public class Replace {
    private static final String OLD = "old";

    interface Copy {
        void to(Path target) throws IOException;
    }

    public static void main(String[] args) throws IOException {
        Path big = Path.of("big");
        StandardCopyOption replace = StandardCopyOption.REPLACE_EXISTING;
        report("Files.copy(stream, target), whose first read fails", target -> {
            try (InputStream broken = new Broken()) {
                Files.copy(broken, target, replace);
            }
        });
        report("Files.copy(stream, target)", target -> {
            try (InputStream in = Files.newInputStream(big)) {
                Files.copy(in, target, replace);
            }
        });
        report("Files.copy(file, target)", target -> Files.copy(big, target, replace));
        report("Files.move(file on another file system, target)", target -> Files.move(big, target, replace));
    }

    private static void report(String name, Copy copy) throws IOException {
        Path target = Path.of("small", "target");
        Files.writeString(target, OLD);
        String state;
        try {
            copy.to(target);
            state = "copied";
        } catch (IOException e) {
            System.err.println(name + ": " + e);
            long size = Files.exists(target) ? Files.size(target) : -1;
            state = size < 0 ? "missing" : size == 0 ? "empty" : size == OLD.length() ? "old" : "half new";
        }
        System.out.println(name + ": " + state);
        Files.deleteIfExists(target);
    }

    private static final class Broken extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }
    }
}
JAVA
javac Replace.java
head -c 3000000 /dev/zero > big

tool() { # name, command
    local name=$1 size
    shift
    echo -n old > small/target
    if "$@" big small/target 2>> log; then echo "$name: copied"; return; fi
    size=$(stat -c %s small/target 2>/dev/null || echo missing)
    case $size in 0) size=empty ;; 3) size=old ;; missing) ;; *) size="half new" ;; esac
    echo "$name: $size"
    rm -f small/target
}
seen=$(
    java -cp . Replace 2>> log
    tool cp cp
    tool "mv from another file system" mv
)
expected='Files.copy(stream, target), whose first read fails: empty
Files.copy(stream, target): half new
Files.copy(file, target): missing
Files.move(file on another file system, target): missing
cp: half new
mv from another file system: half new'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
