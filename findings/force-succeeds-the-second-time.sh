#!/usr/bin/env bash
# A thin volume runs out of space: force() fails once or twice, then returns normally, although the data was never written.
#
# guess:  as long as the data is not on the disk, each force() throws; once there is space again, the next one writes it.
# seen:   ext4 and xfs of Linux 6.18 in a loop device whose file has no room left, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. 40 MB are
#         written to a file, with room for 10 MB; force() up to five times; then room is made, force() once more, and the file is read
#         before and after the next mount:
#           ext4: write()=normal, force()=throws, repeated=normal, with room=normal, content=whole, after the next mount=lost
#           xfs: write()=normal, force()=throws, repeated=normal, with room=normal, content=whole, after the next mount=lost
#         The kernel reports a failed write once for each open file, marks the pages clean and keeps them in its cache. So a program that
#         repeats force() after an exception takes the data for saved, and reads it back, until the machine restarts. The file system itself
#         has free space all the time.
# matters to: journals and states on thin volumes and other devices whose writes can fail: after a failed force(), write everything once more,
#         to another file.
#
# needs: root on Linux with loop devices, tmpfs, mkfs.ext4 and mkfs.xfs, and a JDK 17 or later. Exits with 0 if that is still so, with 1 if it
# has changed, with 2 if it cannot be tried here.
set -euo pipefail

work=$(mktemp -d)
cleanup() {
    umount "$work/volume" 2>/dev/null || true
    umount "$work/pool" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
mkdir volume pool

cat > Save.java <<'JAVA'
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

public class Save {
    public static void main(String[] args) throws Exception {
        byte[] content = new byte[40 << 20];
        new Random(1).nextBytes(content);
        Path file = Path.of("volume", "state");
        if (args[0].equals("check")) {
            System.out.print(Files.exists(file) && Arrays.equals(Files.readAllBytes(file), content) ? "whole" : "lost");
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            String written = attempt(() -> {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            });
            System.out.print("write()=" + written + ", force()=" + attempt(() -> channel.force(true)));
            String repeated = "throws";
            for (int i = 0; i < 4 && repeated.equals("throws"); i++) {
                repeated = attempt(() -> channel.force(true));
            }
            System.out.print(", repeated=" + repeated);
            Files.delete(Path.of("pool", "other"));
            System.out.print(", with room=" + attempt(() -> channel.force(true)));
        }
        System.out.print(", content=" + (Arrays.equals(Files.readAllBytes(file), content) ? "whole" : "lost"));
    }

    interface Step {
        void run() throws IOException;
    }

    private static String attempt(Step step) {
        try {
            step.run();
            return "normal";
        } catch (IOException e) {
            System.err.println(e);
            return "throws";
        }
    }
}
JAVA
javac Save.java

try() { # type of the file system
    mount -t tmpfs -o size=100m none pool
    truncate -s 400m pool/image
    "mkfs.$1" -q pool/image
    mount -o loop pool/image volume
    head -c "$(($(df --output=avail -B1 pool | tail -n 1) - (10 << 20)))" /dev/zero > pool/other
    echo "$1: $(timeout 60 java Save save), after the next mount=$(
        umount volume
        mount -o loop pool/image volume
        java Save check
    )"
    umount volume
    umount pool
}
{ mount -t tmpfs none pool && umount pool && command -v mkfs.ext4 mkfs.xfs; } > /dev/null 2> log || { cat log; echo "needs root and mkfs"; exit 2; }
{ try ext4 && try xfs; } > seen 2> log || { cat log; echo "needs loop devices"; exit 2; }
expected='ext4: write()=normal, force()=throws, repeated=normal, with room=normal, content=whole, after the next mount=lost
xfs: write()=normal, force()=throws, repeated=normal, with room=normal, content=whole, after the next mount=lost'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
