#!/usr/bin/env bash
# The Java agent of OpenTelemetry exports in a JVM hook, at the same time as the hooks of the application. Spans that these make
# a moment later are dropped without a word.
#
# guess:  the agent waits for the other hooks, or exports once more at the end.
# seen:   opentelemetry-javaagent 2.33.1, OpenJDK 17.0.15, 2026-11-29: a program that ends with System.exit, whose hook makes
#         one span at once and one after two seconds:
#           of main: exported
#           of the hook, at once: exported or lost, by chance
#           of the hook, after 2 s: lost
#         Neither standard error nor the exit code says so. No property switches the agent's hook off.
# matters to: whoever traces what a program does while it ends.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
receiver=
trap 'if [ -n "$receiver" ]; then kill "$receiver" 2> /dev/null || true; fi; rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>otel</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.opentelemetry</groupId><artifactId>opentelemetry-api</artifactId><version>1.68.0</version>
    </dependency>
    <dependency>
      <groupId>io.opentelemetry.javaagent</groupId><artifactId>opentelemetry-javaagent</artifactId><version>2.33.1</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib"
mkdir "$work/agent"
mv "$work"/lib/opentelemetry-javaagent-*.jar "$work/agent/agent.jar"

cat > "$work/Receiver.java" <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Says which of the spans it is sent, by OTLP over HTTP. */
public class Receiver {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            for (String name : List.of("span-of-main", "span-of-hook-early", "span-of-hook-late")) {
                if (body.contains(name)) {
                    System.out.println(name);
                }
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        System.out.println(server.getAddress().getPort());
    }
}
JAVA

cat > "$work/Traced.java" <<'JAVA'
import io.opentelemetry.api.GlobalOpenTelemetry;

public class Traced {
    public static void main(String[] args) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            span("span-of-hook-early");
            try {
                Thread.sleep(2_000);
            } catch (InterruptedException e) {
                return;
            }
            span("span-of-hook-late");
        }));
        span("span-of-main");
        System.exit(0);
    }

    private static void span(String name) {
        GlobalOpenTelemetry.getTracer("example").spanBuilder(name).startSpan().end();
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Receiver.java" "$work/Traced.java"

java -cp "$work" Receiver > "$work/received" &
receiver=$!
for _ in $(seq 100); do
    [ -s "$work/received" ] && break
    sleep 0.1
done
port=$(head -1 "$work/received")

code=0
OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:$port OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf \
    OTEL_METRICS_EXPORTER=none OTEL_LOGS_EXPORTER=none \
    java -javaagent:"$work/agent/agent.jar" -cp "$work:$work/lib/*" Traced 2> "$work/log" || code=$?

exported() { if grep -qx "$1" "$work/received"; then echo exported; else echo lost; fi; }
echo "exit code: $code"
echo "of main: $(exported span-of-main)"
echo "of the hook, at once: $(exported span-of-hook-early)"
echo "of the hook, after 2 s: $(exported span-of-hook-late)"
if [ "$code" != 0 ] || [ "$(exported span-of-main)" = lost ] || [ "$(exported span-of-hook-late)" = exported ]; then
    echo "changed; expected: of main exported, of the hook after 2 s lost"
    exit 1
fi
