#!/usr/bin/env bash
# A JVM that holds a FileLock and reads the locked file by other means has lost the lock, and isValid() still says true.
#
# guess:  the lock holds until it is released, its channel is closed, or the JVM ends.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, Linux 6.18, ext4, 2026-11-28: both versions print
#           before: second process gets the lock=false
#           after Files.readString: valid=true, second process gets the lock=true
#         FileLock is a POSIX record lock on Linux: the kernel drops all locks of a process on a file when the process closes
#         any descriptor of that file. A health page that shows the pid in the lock file is enough. Lock a file of its own
#         that nobody opens a second time, and write the pid elsewhere.
# matters to: anyone who keeps a second instance out, or guards a folder of state, with a FileLock.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Locked.java" <<'JAVA'
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

public class Locked {
    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0], "lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (args.length > 1) {
            System.exit(lock == null ? 1 : 0);
        }
        System.out.println("before: second process gets the lock=" + secondProcessGetsIt(args[0]));
        Files.readString(file);
        System.out.println("after Files.readString: valid=" + lock.isValid()
                + ", second process gets the lock=" + secondProcessGetsIt(args[0]));
        channel.close();
    }

    private static boolean secondProcessGetsIt(String folder) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(java, "-cp", folder, "Locked", folder, "second").inheritIO().start().waitFor() == 0;
    }
}
JAVA
javac -d "$work" "$work/Locked.java"

seen=$(java -cp "$work" Locked "$work")
expected='before: second process gets the lock=false
after Files.readString: valid=true, second process gets the lock=true'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
