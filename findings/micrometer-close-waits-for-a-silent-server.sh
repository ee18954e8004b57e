#!/usr/bin/env bash
# Micrometer: if the server does not answer, the close of a registry takes 10 or 20 s; for OTLP, the setting readTimeout has no effect.
#
# guess:  the last publish of close() gives up within 2 s.
# seen:   Micrometer 1.17.2, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A server that takes connections and does not answer:
#           OTLP, default: 10 s
#           OTLP, readTimeout=1s: 10 s
#           OTLP, sender with a read time-out of 1 s: 1 to 4 s
#           Influx, default: 20 s
#           Influx, readTimeout=1s: 1 to 4 s
#         The two short ones took 1.0 and 2.0 s. close() publishes once more, on the calling thread. Influx waits twice, since it
#         first asks for its database. The registry for OTLP makes its sender without the time-outs of its configuration. If the connection
#         is refused, close() takes milliseconds.
# matters to: the time of every stop while the collector hangs: the setting for Influx, a sender of its own for OTLP, and a limit.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2 if the dependencies cannot be
# fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>registries</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.micrometer</groupId><artifactId>micrometer-registry-otlp</artifactId><version>1.17.2</version></dependency>
    <dependency><groupId>io.micrometer</groupId><artifactId>micrometer-registry-influx</artifactId><version>1.17.2</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Registries.java <<'JAVA'
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.influx.InfluxConfig;
import io.micrometer.influx.InfluxMeterRegistry;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;

public class Registries {
    private static final Duration SECOND = Duration.ofSeconds(1);

    public static void main(String[] args) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort();
            OtlpConfig otlp = Map.of("otlp.url", url + "/v1/metrics")::get;
            OtlpConfig shortOtlp = Map.of("otlp.url", url + "/v1/metrics", "otlp.readTimeout", "1s")::get;
            InfluxConfig influx = Map.of("influx.uri", url)::get;
            InfluxConfig shortInflux = Map.of("influx.uri", url, "influx.readTimeout", "1s")::get;
            report("OTLP, default", new OtlpMeterRegistry(otlp, Clock.SYSTEM));
            report("OTLP, readTimeout=1s", new OtlpMeterRegistry(shortOtlp, Clock.SYSTEM));
            report("OTLP, sender with a read time-out of 1 s", OtlpMeterRegistry.builder(otlp)
                    .metricsSender(new OtlpHttpMetricsSender(new HttpUrlConnectionSender(SECOND, SECOND)))
                    .build());
            report("Influx, default", new InfluxMeterRegistry(influx, Clock.SYSTEM));
            report("Influx, readTimeout=1s", new InfluxMeterRegistry(shortInflux, Clock.SYSTEM));
        }
        System.exit(0);
    }

    private static void report(String title, MeterRegistry registry) {
        registry.counter("orders").increment();
        long start = System.nanoTime();
        registry.close();
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.err.println(title + ": " + millis + " ms");
        String about = millis < 900 ? "at once" : millis < 5000 ? "1 to 4 s" : millis < 18_000 ? "10 s" : "20 s"; // on a busy machine, too
        System.out.println(title + ": " + about);
    }
}
JAVA
javac -cp 'lib/*' Registries.java 2> log || { cat log; exit 2; }

seen=$(timeout 120 java -cp '.:lib/*' Registries 2> log) || true
expected='OTLP, default: 10 s
OTLP, readTimeout=1s: 10 s
OTLP, sender with a read time-out of 1 s: 1 to 4 s
Influx, default: 20 s
Influx, readTimeout=1s: 1 to 4 s'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
