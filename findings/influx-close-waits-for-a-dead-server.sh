#!/usr/bin/env bash
# InfluxDB client: the close of its WriteApi takes 30 s while the server is away, and an interrupt does not end it.
#
# guess:  close() sends what is buffered, fails after a few seconds if nobody answers, and an interrupt of its thread ends it.
# seen:   influxdb-client-java 7.3.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. 2,500 points, then WriteApi.close():
#           server answers after 1 s: close() took less than 10 s, points sent=2500
#           server away: close() took more than 20 s
#           server away, thread interrupted after 1 s: close() took more than 20 s
#           server away, maxRetryTime(1000): close() took less than 10 s
#         close() waits for its retries, the first of which comes after 5 s and the second after up to 10 s more, for 30 s at most; then it
#         drops the points and logs one line. The limit of 30 s cannot be set.
# matters to: the time of every stop while the database of the metrics is away: WriteOptions with maxRetryTime(..), or close() on a thread that
#         can be left behind.
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
  <artifactId>metrics</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.influxdb</groupId><artifactId>influxdb-client-java</artifactId><version>7.3.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Close.java <<'JAVA'
import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.WriteApi;
import com.influxdb.client.WriteOptions;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.client.write.Point;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

public class Close {
    public static void main(String[] args) throws Exception {
        AtomicInteger points = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            points.addAndGet(body.split("\n").length);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        System.out.println("server answers after 1 s: close() took " + close(url, WriteOptions.DEFAULTS, false) + ", points sent=" + points);
        server.stop(0);
        System.out.println("server away: close() took " + close(url, WriteOptions.DEFAULTS, false));
        System.out.println("server away, thread interrupted after 1 s: close() took " + close(url, WriteOptions.DEFAULTS, true));
        System.out.println("server away, maxRetryTime(1000): close() took "
                + close(url, WriteOptions.builder().maxRetryTime(1000).build(), false));
        System.exit(0);
    }

    private static String close(String url, WriteOptions options, boolean interrupted) throws Exception {
        InfluxDBClient client = InfluxDBClientFactory.create(url, "token".toCharArray(), "organization", "bucket");
        WriteApi write = client.makeWriteApi(options);
        for (int i = 0; i < 2500; i++) {
            write.writePoint(Point.measurement("requests").addField("value", i).time(i, WritePrecision.NS));
        }
        Thread closing = new Thread(write::close);
        long start = System.nanoTime();
        closing.start();
        if (interrupted) {
            Thread.sleep(1000);
            closing.interrupt();
        }
        closing.join();
        long millis = (System.nanoTime() - start) / 1_000_000;
        System.err.println("close() took " + millis + " ms");
        return millis < 10_000 ? "less than 10 s" : millis < 20_000 ? "10 to 20 s" : "more than 20 s";
    }
}
JAVA
javac -cp 'lib/*' Close.java

seen=$(timeout 150 java -cp '.:lib/*' Close 2> log) || true
expected='server answers after 1 s: close() took less than 10 s, points sent=2500
server away: close() took more than 20 s
server away, thread interrupted after 1 s: close() took more than 20 s
server away, maxRetryTime(1000): close() took less than 10 s'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
