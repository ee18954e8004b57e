#!/usr/bin/env bash
# -XX:+ExitOnOutOfMemoryError does not end the JVM when direct memory or threads run out.
#
# guess:  it ends the JVM with exit code 3 at the first OutOfMemoryError that the JDK raises, of whatever kind.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3 on Linux, 2026-11-29. A program that catches the error and exits with 7:
#           heap: ended by the JVM, exit=3
#           array longer than allowed: ended by the JVM, exit=3
#           direct buffers: caught, exit=7
#           no thread to be created: caught, exit=7
#         The flag (as HeapDumpOnOutOfMemoryError and OnOutOfMemoryError) belongs to the memory that the collector manages and
#         to metaspace. The other two errors are thrown like any exception: a pool's thread that hits them is gone or
#         continues, and the process stays, as if healthy.
# matters to: services that rely on the flag for a restart; they need a handler of uncaught exceptions that ends the process too.
#
# needs: a JDK 17 or later, on Linux. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Full.java" <<'JAVA'
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

public class Full {
    public static void main(String[] args) {
        List<Object> kept = new ArrayList<>();
        try {
            switch (args[0]) {
                case "heap":
                    while (true) {
                        kept.add(new byte[1 << 20]);
                    }
                case "array":
                    kept.add(new byte[Integer.MAX_VALUE]);
                    break;
                case "direct":
                    while (true) {
                        kept.add(ByteBuffer.allocateDirect(1 << 20));
                    }
                default: // a stack that no machine has
                    Thread thread = new Thread(null, () -> {}, "large", 1L << 46);
                    thread.start();
            }
        } catch (OutOfMemoryError e) {
            System.out.println("caught: " + e.getMessage());
        }
        System.exit(7);
    }
}
JAVA
javac -d "$work" "$work/Full.java"

run() {
    local code=0
    java -Xmx64m -XX:MaxDirectMemorySize=16m -XX:+ExitOnOutOfMemoryError -cp "$work" Full "$1" > "$work/out" 2>> "$work/log" || code=$?
    cat "$work/out" >> "$work/log"
    if grep -q '^caught' "$work/out"; then
        echo "caught, exit=$code"
    else
        echo "ended by the JVM, exit=$code"
    fi
}

seen="heap: $(run heap)
array longer than allowed: $(run array)
direct buffers: $(run direct)
no thread to be created: $(run thread)"
expected='heap: ended by the JVM, exit=3
array longer than allowed: ended by the JVM, exit=3
direct buffers: caught, exit=7
no thread to be created: caught, exit=7'

echo "$seen"
grep '^caught' "$work/log" || true
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
