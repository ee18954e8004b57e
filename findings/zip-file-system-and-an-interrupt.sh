#!/usr/bin/env bash
# The zip file system, closed on an interrupted thread, drops all changes to an archive that existed before; a new archive is written.
#
# guess:  close() writes the archive, and the interrupt flag stays set: an interrupt is for calls that wait.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. FileSystems.newFileSystem(archive), one new entry, interrupt, close():
#           new archive: close=returned, entry written=yes, files left beside it=0
#           existing archive: close=ClosedByInterruptException, entry written=no, files left beside it=1
#           existing archive, closed again without the interrupt: close=returned, entry written=no, files left beside it=1
#         The first one is written by a stream that ignores interrupts; the copy of existing entries reads a channel that an interrupt
#         closes. It cannot be repaired: the second close() does nothing, and newFileSystem(uri) for the archive throws
#         FileSystemAlreadyExistsException for the rest of the JVM. The temporary file, zipfstmp*.tmp, stays.
# matters to: workers that end by shutdownNow() or cancel(true) and close their archive in try-with-resources: clear the flag
#         (Thread.interrupted()) before the close and set it again after it.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot be tried here.
set -euo pipefail

command -v javac > /dev/null || { echo "needs a JDK"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > Archive.java <<'JAVA'
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

public class Archive {
    private static final Map<String, String> CREATE = Map.of("create", "true");

    public static void main(String[] args) throws Exception {
        report("new archive", false, false);
        report("existing archive", true, false);
        report("existing archive, closed again without the interrupt", true, true);
    }

    private static void report(String name, boolean exists, boolean again) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(""), "archive").toAbsolutePath();
        Path archive = folder.resolve("export.zip");
        URI uri = URI.create("jar:" + archive.toUri());
        if (exists) {
            try (FileSystem zip = FileSystems.newFileSystem(uri, CREATE)) {
                Files.writeString(zip.getPath("old"), "old");
            }
        }
        FileSystem zip = FileSystems.newFileSystem(uri, CREATE);
        Files.writeString(zip.getPath("new"), "new");
        Thread.currentThread().interrupt();
        String outcome = close(zip);
        Thread.interrupted();
        if (again) {
            outcome = close(zip);
        }
        boolean written;
        try (ZipFile file = new ZipFile(archive.toFile())) {
            written = file.getEntry("new") != null;
        }
        long left;
        try (Stream<Path> files = Files.list(folder)) {
            left = files.count() - 1;
        }
        System.out.println(name + ": close=" + outcome + ", entry written=" + (written ? "yes" : "no")
                + ", files left beside it=" + left);
        try {
            FileSystems.newFileSystem(uri, CREATE).close();
            System.err.println(name + ": can be opened again");
        } catch (FileSystemAlreadyExistsException e) {
            System.err.println(name + ": " + e);
        }
    }

    private static String close(FileSystem zip) {
        try {
            zip.close();
            return "returned";
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }
}
JAVA
javac Archive.java

seen=$(java -cp . Archive 2> log) || { cat log; echo "ended without a result"; exit 1; }
expected='new archive: close=returned, entry written=yes, files left beside it=0
existing archive: close=ClosedByInterruptException, entry written=no, files left beside it=1
existing archive, closed again without the interrupt: close=returned, entry written=no, files left beside it=1'

echo "$seen"
cat log
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
