#!/usr/bin/env bash
# A file opened with DELETE_ON_CLOSE is deleted while it is opened: a pid or marker file made that way is never visible to others.
#
# guess:  the file is there while the program runs and goes at the close or, as its Javadoc says, when the JVM ends.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18, 2026-11-29:
#           FileChannel.open: exists while open=false
#           Files.newOutputStream: exists while open=false
#           File.deleteOnExit: exists while open=true
#         On Unix the JDK unlinks the name right after the open. That makes a good scratch file, which not even SIGKILL leaves
#         behind; it is no marker for others. File.deleteOnExit deletes after all JVM hooks have run, but not on a kill.
# matters to: pid files, lock files and "ready" markers that should vanish with the process.
#
# needs: a JDK 17 or later, Linux. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Marker.java" <<'JAVA'
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

public class Marker {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes();

        Path channel = folder.resolve("channel.pid");
        try (FileChannel open = FileChannel.open(channel, CREATE_NEW, WRITE, DELETE_ON_CLOSE)) {
            open.write(ByteBuffer.wrap(pid));
            System.out.println("FileChannel.open: exists while open=" + Files.exists(channel));
        }
        Path stream = folder.resolve("stream.pid");
        try (OutputStream open = Files.newOutputStream(stream, CREATE_NEW, WRITE, DELETE_ON_CLOSE)) {
            open.write(pid);
            System.out.println("Files.newOutputStream: exists while open=" + Files.exists(stream));
        }
        Path onExit = folder.resolve("exit.pid");
        onExit.toFile().deleteOnExit();
        try (OutputStream open = Files.newOutputStream(onExit, CREATE_NEW, WRITE)) {
            open.write(pid);
            System.out.println("File.deleteOnExit: exists while open=" + Files.exists(onExit));
        }
    }
}
JAVA
javac -d "$work" "$work/Marker.java"

seen=$(java -cp "$work" Marker "$work")
expected='FileChannel.open: exists while open=false
Files.newOutputStream: exists while open=false
File.deleteOnExit: exists while open=true'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
[ ! -e "$work/exit.pid" ] || { echo "changed: deleteOnExit has left its file"; exit 1; }
