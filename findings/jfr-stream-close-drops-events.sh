#!/usr/bin/env bash
# RecordingStream.close() drops the events of the last second: none of those committed just before it reaches a handler.
#
# guess:  close() hands over what was committed before it, then ends.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. Ten events, handed over; ten more, then the end of the stream at once:
#           close(): 0 of 10
#           stop(), close(): 10 of 10
#         The stream reads its data once a second. stop() exists since JDK 20 (its line is missing on 17); it took about a second.
# matters to: metrics and traces of the shutdown itself that come from a stream of the flight recorder: call stop() on a thread with a
#         limit; on 17 wait for a last event of your own.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Streams.java" <<'JAVA'
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.consumer.RecordingStream;

public class Streams {
    @Name("findings.Done")
    static class Done extends Event {}

    public static void main(String[] args) throws Exception {
        System.out.println("close(): " + run(false) + " of 10");
        if (Runtime.version().feature() >= 20) {
            System.out.println("stop(), close(): " + run(true) + " of 10");
        }
    }

    private static int run(boolean stop) throws Exception {
        AtomicInteger received = new AtomicInteger();
        try (RecordingStream stream = new RecordingStream()) {
            stream.enable(Done.class);
            stream.onEvent("findings.Done", event -> received.incrementAndGet());
            stream.startAsync();
            commitTen();
            while (received.get() < 10) {
                Thread.sleep(20);
            }
            commitTen();
            if (stop) {
                RecordingStream.class.getMethod("stop").invoke(stream);
            }
        }
        return received.get() - 10;
    }

    private static void commitTen() {
        for (int i = 0; i < 10; i++) {
            new Done().commit();
        }
    }
}
JAVA
javac -d "$work" "$work/Streams.java"

seen=$(timeout 120 java -cp "$work" Streams)
expected='close(): 0 of 10'
if [[ $seen == *stop* ]]; then
    expected="$expected
stop(), close(): 10 of 10"
fi

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
