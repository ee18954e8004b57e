#!/usr/bin/env bash
# DataDog's StatsD client drops by default at close() what it has not sent yet: up to the last seconds of a process's metrics.
#
# guess:  close() sends what is queued, then closes the socket ("cleanly shut down", says its Javadoc).
# seen:   java-dogstatsd-client 4.4.5, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. 1,000 increments, received by a UDP
#         socket:
#           close: lost=yes
#           blocking(true), close: lost=no
#           close after all have come: lost=no
#         By default all 1,000 are lost; without aggregation it was 682 in one run and 1,000 in the others. No failure is
#         reported: close() interrupts the threads that send. With blocking(true) on the builder, close() waits until they
#         have sent everything, with aggregation and without.
# matters to: processes that report the outcome of their shutdown, or jobs that are short, by DogStatsD.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>dogstatsd</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.datadoghq</groupId><artifactId>java-dogstatsd-client</artifactId><version>4.4.5</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Dog.java" <<'JAVA'
import com.timgroup.statsd.NonBlockingStatsDClientBuilder;
import com.timgroup.statsd.StatsDClient;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

public class Dog {
    public static void main(String[] args) throws Exception {
        System.out.println("close: lost=" + lost(true, false, false));
        System.err.println("close, without aggregation: lost=" + lost(false, false, false));
        System.out.println("blocking(true), close: lost=" + lost(true, true, false));
        System.err.println("blocking(true), close, without aggregation: lost=" + lost(false, true, false));
        System.out.println("close after all have come: lost=" + lost(true, false, true));
        System.exit(0);
    }

    private static String lost(boolean aggregates, boolean blocks, boolean waits) throws Exception {
        int received = received(aggregates, blocks, waits);
        System.err.println(received + " of 1000 received");
        return received < 1000 ? "yes" : "no";
    }

    private static int received(boolean aggregates, boolean blocks, boolean waits) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            StatsDClient client = new NonBlockingStatsDClientBuilder()
                    .hostname("127.0.0.1")
                    .port(socket.getLocalPort())
                    .enableTelemetry(false)
                    .enableAggregation(aggregates)
                    .blocking(blocks)
                    .build();
            for (int i = 0; i < 1000; i++) {
                client.incrementCounter("jobs");
            }
            socket.setSoTimeout(4000); // longer than the interval in which the client sends
            int before = waits ? count(socket, 1000) : 0;
            client.close();
            return before + count(socket, 1000 - before);
        }
    }

    /** Until so many have come, or nothing comes any more. */
    private static int count(DatagramSocket socket, int expected) throws Exception {
        int count = 0;
        byte[] buffer = new byte[65536];
        while (count < expected) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException nothing) {
                return count;
            }
            String lines = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
            for (String line : lines.split("\n")) {
                count += Integer.parseInt(line.substring(line.indexOf(':') + 1, line.indexOf('|')));
            }
        }
        return count;
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Dog.java"

seen=$(java -cp "$work:$work/lib/*" Dog 2> "$work/log")
expected='close: lost=yes
blocking(true), close: lost=no
close after all have come: lost=no'

echo "$seen"
grep -E ' received|without' "$work/log" || true
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
