#!/usr/bin/env bash
# FileDescriptor.out.sync() and FileChannel.force() on standard output throw if it is a pipe, a terminal or /dev/null.
#
# guess:  sync and force do nothing where there is nothing to write to a disk; they succeed in all four cases.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18, 2026-11-29:
#           file: sync=ok force=ok
#           pipe: sync=SyncFailedException force=IOException
#           terminal: sync=SyncFailedException force=IOException
#           /dev/null: sync=SyncFailedException force=IOException
#         fsync answers EINVAL there, and the JDK passes it on. A journal or an audit log to standard output that is synced before
#         the exit works in a test that writes to a file, and fails below a container engine or in a pipe. systemd connects a
#         service to a socket, which is no better.
# matters to: a last line that must not be lost, written to standard output and synced; a failed sync that fails a shutdown step.
#
# needs: a JDK 17 or later, and script of util-linux, on Linux. Exits with 0 if that is still so, with 1 if it has changed, with 2 if
# script is missing.
set -euo pipefail

command -v script > /dev/null || { echo "needs script of util-linux"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Sync.java" <<'JAVA'
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public class Sync {
    interface Call {
        void run() throws IOException;
    }

    public static void main(String[] args) throws IOException {
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        out.write("last line\n".getBytes());
        Files.writeString(Path.of(args[0]), "sync=" + result(FileDescriptor.out::sync)
                + " force=" + result(() -> out.getChannel().force(false)) + "\n");
    }

    private static String result(Call call) {
        try {
            call.run();
            return "ok";
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }
}
JAVA
javac -d "$work" "$work/Sync.java"

java -cp "$work" Sync "$work/file" > "$work/out"
java -cp "$work" Sync "$work/pipe" | cat > /dev/null
script -qec "java -cp $work Sync $work/terminal" /dev/null < /dev/null > /dev/null
java -cp "$work" Sync "$work/null" > /dev/null

seen="file: $(cat "$work/file")
pipe: $(cat "$work/pipe")
terminal: $(cat "$work/terminal")
/dev/null: $(cat "$work/null")"
expected='file: sync=ok force=ok
pipe: sync=SyncFailedException force=IOException
terminal: sync=SyncFailedException force=IOException
/dev/null: sync=SyncFailedException force=IOException'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
