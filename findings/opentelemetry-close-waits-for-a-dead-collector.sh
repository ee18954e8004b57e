#!/usr/bin/env bash
# OpenTelemetry: close() of the SDK takes 10 s if the collector is down, even if it refuses each connection at once.
#
# guess:  the export fails at once, and close() returns within a second.
# seen:   OpenTelemetry SDK and OTLP exporter 1.68.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. 2,000 spans in the batch
#         processor; how long close() takes:
#           connection refused: 10 s
#           answered with 503: 10 s
#           connection refused, setRetryPolicy(null): less
#           connection refused, shutdown().join(2, SECONDS): less
#         (Less is 0 and 2 s.) By default, the OTLP exporters try up to five times, with growing pauses, for each batch of 512
#         spans; close() waits for that up to its fixed limit of 10 s and then returns without an exception. A stop that has
#         10 s, as that of a container engine, is used up by it.
# matters to: every stop while the collector is away, as in a rollout of both.
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
  <artifactId>opentelemetry</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.opentelemetry</groupId><artifactId>opentelemetry-sdk</artifactId><version>1.68.0</version></dependency>
    <dependency>
      <groupId>io.opentelemetry</groupId><artifactId>opentelemetry-exporter-otlp</artifactId><version>1.68.0</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Spans.java" <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

public class Spans {
    public static void main(String[] args) throws Exception {
        HttpServer collector = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        collector.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        collector.start();
        if (!args[0].equals("503")) {
            collector.stop(0); // its port stays free for this second
        }
        String address = "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces";
        OpenTelemetrySdk first = sdk(address, true); // loads the classes
        first.getTracer("findings").spanBuilder("work").startSpan().end();
        first.close();

        OpenTelemetrySdk sdk = sdk(address, args[0].equals("once"));
        for (int i = 0; i < 2000; i++) {
            sdk.getTracer("findings").spanBuilder("work").startSpan().end();
        }
        long begin = System.nanoTime();
        if (args[0].equals("limited")) {
            sdk.shutdown().join(2, TimeUnit.SECONDS);
        } else {
            sdk.close();
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        System.out.println(seconds >= 10 ? "10 s" : "less");
        System.err.println(args[0] + ": " + seconds + " s");
        System.exit(0);
    }

    private static OpenTelemetrySdk sdk(String address, boolean once) {
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder().setEndpoint(address);
        if (once) {
            exporter.setRetryPolicy(null);
        }
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(BatchSpanProcessor.builder(exporter.build()).build())
                        .build())
                .build();
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Spans.java"

for way in refused 503 once limited; do
    timeout 60 java -cp "$work:$work/lib/*" Spans "$way" > "$work/$way.out" 2> "$work/$way.log" || { cat "$work/$way.log"; exit 1; }
done
seen="connection refused: $(cat "$work/refused.out")
answered with 503: $(cat "$work/503.out")
connection refused, setRetryPolicy(null): $(cat "$work/once.out")
connection refused, shutdown().join(2, SECONDS): $(cat "$work/limited.out")"
expected='connection refused: 10 s
answered with 503: 10 s
connection refused, setRetryPolicy(null): less
connection refused, shutdown().join(2, SECONDS): less'

echo "$seen"
grep -h '^[a-z0-9]*: [0-9]* s$' "$work"/*.log || true
[ "$seen" = "$expected" ] || { cat "$work"/*.log; echo "changed; expected:"; echo "$expected"; exit 1; }
