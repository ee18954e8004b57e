#!/usr/bin/env bash
# In a container, a folder that comes from the image cannot be renamed by Java, although it is on the same file system as its target.
#
# guess:  Files.move renames it, in a container as elsewhere; the source and the target have the same FileStore.
# seen:   OpenJDK 17.0.15, Temurin 25.0.3, coreutils 9.1, overlay of Linux 6.18, 2026-11-29. A folder with a file in it, in the lower layer
#         (the image) or the upper one (made by the container):
#           Files.move, lower: DirectoryNotEmptyException
#           Files.move, ATOMIC_MOVE, lower: AtomicMoveNotSupportedException
#           File.renameTo, lower: false
#           Files.move, upper: moved
#           Files.move of a file, lower: moved
#           mv, lower: moved
#         rename() answers EXDEV for a folder of a lower layer, unless redirect_dir is on. mv then copies; Java copies empty folders only,
#         and names the reason wrongly. The same program works on the host, in a volume, and with every folder that it has made itself.
# matters to: a start that moves data of the image aside ("data" to "data.old"), and swaps of folders. Keep them in a volume.
#
# needs: root on Linux with overlay, and a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 if it cannot
# be tried here.
set -euo pipefail

command -v javac > /dev/null || { echo "needs a JDK"; exit 2; }
work=$(mktemp -d)
cleanup() {
    ! mountpoint -q "$work/layers/merged" || umount "$work/layers/merged"
    ! mountpoint -q "$work/layers" || umount "$work/layers"
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"
mkdir layers
mount -t tmpfs none layers 2> log || { cat log; echo "needs root and tmpfs"; exit 2; }
mkdir layers/lower layers/upper layers/work layers/merged
for name in move atomic rename mv; do mkdir "layers/lower/$name"; echo data > "layers/lower/$name/file"; done
echo data > layers/lower/file
mount -t overlay -o lowerdir=layers/lower,upperdir=layers/upper,workdir=layers/work overlay layers/merged 2> log \
    || { cat log; echo "needs overlay"; exit 2; }
mkdir layers/merged/made
echo data > layers/merged/made/file

cat > Move.java <<'JAVA'
import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

public class Move {
    public static void main(String[] args) {
        report("Files.move, lower", "move");
        report("Files.move, ATOMIC_MOVE, lower", "atomic", StandardCopyOption.ATOMIC_MOVE);
        boolean renamed = Path.of("rename").toFile().renameTo(Path.of("rename.old").toFile());
        System.out.println("File.renameTo, lower: " + renamed);
        report("Files.move, upper", "made");
        report("Files.move of a file, lower", "file");
    }

    private static void report(String title, String name, CopyOption... options) {
        String outcome = "moved";
        try {
            Files.move(Path.of(name), Path.of(name + ".old"), options);
        } catch (IOException e) {
            System.err.println(e);
            outcome = e.getClass().getSimpleName();
        }
        System.out.println(title + ": " + outcome);
    }
}
JAVA
javac Move.java

seen=$(
    cd layers/merged
    java -cp "$work" Move 2> "$work/log"
    if mv mv mv.old && [ -s mv.old/file ]; then echo "mv, lower: moved"; else echo "mv, lower: failed"; fi
)
expected='Files.move, lower: DirectoryNotEmptyException
Files.move, ATOMIC_MOVE, lower: AtomicMoveNotSupportedException
File.renameTo, lower: false
Files.move, upper: moved
Files.move of a file, lower: moved
mv, lower: moved'

echo "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed; expected:"; echo "$expected"; exit 1; }
