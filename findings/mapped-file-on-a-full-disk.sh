#!/usr/bin/env bash
# A mapped file on a full disk: map() and force() succeed, and a put() throws InternalError, which is no IOException and not even an Exception.
#
# guess:  map() beyond the free space throws IOException, since it extends the file; otherwise force() does.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, tmpfs and ext4 of Linux 6.18, 2026-11-30. 16 MB are mapped with room for 4 to 8 MB, and written:
#           tmpfs: map=normal, put=InternalError, force=normal, length=16 MB
#           ext4: map=normal, put=InternalError, force=normal, length=16 MB
#         map() makes a file with a hole; space is only taken when a page is written for the first time. The message is "a fault occurred in
#         an unsafe memory access operation", and nothing names the disk. In compiled code of 17 it comes late ("in a recent unsafe memory
#         access"): in one run the loop had gone on to beyond 12 MB. catch (IOException | RuntimeException e) misses it, and the thread
#         ends; the file has its full length.
# matters to: mapped journals, queues and maps on a volume that can fill up: write zeros over the file once before it is mapped, and
#         treat InternalError of such code as a failed write.
#
# needs: root on Linux with tmpfs, loop devices and mkfs.ext4, and a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has
# changed, with 2 if it cannot be tried here.
set -euo pipefail

work=$(mktemp -d)
trap 'umount "$work/volume" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
mkdir volume

cat > Mapped.java <<'JAVA'
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

public class Mapped {
    private static final int SIZE = 16 << 20;
    private static int position;

    public static void main(String[] args) throws Exception {
        try (FileChannel channel = FileChannel.open(Path.of("volume", "state"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            MappedByteBuffer[] map = new MappedByteBuffer[1];
            System.out.print("map=" + attempt(() -> map[0] = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE)));
            System.out.print(", put=" + attempt(() -> {
                for (; position < SIZE; position += 8) {
                    map[0].putLong(position, position);
                }
            }));
            System.err.println("at byte " + position);
            System.out.print(", force=" + attempt(() -> map[0].force()));
            System.out.println(", length=" + (channel.size() >> 20) + " MB");
        }
    }

    interface Step {
        void run() throws IOException;
    }

    private static String attempt(Step step) {
        try {
            step.run();
            return "normal";
        } catch (Throwable e) {
            System.err.println(e);
            return e.getClass().getSimpleName();
        }
    }
}
JAVA
javac Mapped.java

truncate -s 12m image
mkfs.ext4 -q image 2> log || { cat log; echo "needs mkfs.ext4"; exit 2; }
{
    mount -t tmpfs -o size=8m none volume && echo "tmpfs: $(timeout 60 java Mapped)" && umount volume
    mount -o loop image volume && echo "ext4: $(timeout 60 java Mapped)" && umount volume
} > seen 2> log || { cat log; echo "needs root, tmpfs and loop devices"; exit 2; }
expected='tmpfs: map=normal, put=InternalError, force=normal, length=16 MB
ext4: map=normal, put=InternalError, force=normal, length=16 MB'

cat seen
[ "$(cat seen)" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
