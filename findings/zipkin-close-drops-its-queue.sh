#!/usr/bin/env bash
# Zipkin reporter: close() sends one message at most and drops the other spans of its queue, long before its time-out.
#
# guess:  close() sends what is in the queue, up to its closeTimeout of a second, and drops the rest only then.
# seen:   zipkin-reporter 3.5.1 with Brave 6.3.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. 10,000 spans, as many as the queue
#         holds by default, and a server that answers at once; in at least one of five runs:
#           close(): spans lost=yes
#           closeTimeout(10 s), close(): spans lost=yes, within 5 s
#           flush() five times, close(): spans lost=no
#         A message holds up to 500 kB, here 3,267 spans. The thread that sends makes one more of them at close(), if it has begun to
#         fill it, and drops the rest with a warning, after 20 to 600 ms. If it has just sent one or does not run yet, there is none: of
#         10 spans right before close() all were lost in some runs, and of 100 up to 99. flush() sends one message, on the calling thread.
# matters to: the spans of the shutdown itself, and short jobs.
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
  <artifactId>spans</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.zipkin.brave</groupId><artifactId>brave</artifactId><version>6.3.0</version></dependency>
    <dependency><groupId>io.zipkin.reporter2</groupId><artifactId>zipkin-reporter-brave</artifactId><version>3.5.1</version></dependency>
    <dependency>
      <groupId>io.zipkin.reporter2</groupId><artifactId>zipkin-sender-urlconnection</artifactId><version>3.5.1</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Spans.java <<'JAVA'
import brave.Tracing;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;
import zipkin2.reporter.urlconnection.URLConnectionSender;

public class Spans {
    private static final int SPANS = 10_000;

    public static void main(String[] args) throws Exception {
        for (String end : new String[] {"close()", "closeTimeout(10 s), close()", "flush() five times, close()"}) {
            long limit = end.startsWith("closeTimeout") ? 10_000 : 1000;
            boolean lost = false;
            boolean early = false;
            for (int run = 0; run < 5; run++) {
                AtomicInteger received = new AtomicInteger();
                HttpServer server = serve(received);
                BytesMessageSender sender =
                        URLConnectionSender.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api/v2/spans");
                AsyncZipkinSpanHandler handler =
                        AsyncZipkinSpanHandler.newBuilder(sender).closeTimeout(limit, TimeUnit.MILLISECONDS).build();
                long millis;
                try (Tracing tracing = Tracing.newBuilder().localServiceName("service").addSpanHandler(handler).build()) {
                    for (int i = 0; i < SPANS; i++) {
                        tracing.tracer().newTrace().name("work").start().finish();
                    }
                    for (int i = 0; i < 5 && end.startsWith("flush"); i++) {
                        handler.flush();
                    }
                    long start = System.nanoTime();
                    handler.close();
                    millis = (System.nanoTime() - start) / 1_000_000;
                }
                int count;
                do { // until nothing comes any more
                    count = received.get();
                    Thread.sleep(1500);
                } while (received.get() != count);
                System.err.println(end + ": " + count + " spans, " + millis + " ms");
                lost |= count < SPANS;
                early |= count < SPANS && millis < 5000;
                server.stop(0);
                sender.close();
            }
            System.out.println(end + ": spans lost=" + (lost ? "yes" : "no") + (early && limit > 5000 ? ", within 5 s" : ""));
        }
        System.exit(0);
    }

    private static HttpServer serve(AtomicInteger received) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
                body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            }
            received.addAndGet(new String(body).split("\"traceId\"", -1).length - 1);
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
JAVA
javac -nowarn -cp 'lib/*' Spans.java 2> log || { cat log; exit 2; }

seen=$(timeout 240 java -Xmx1g -cp '.:lib/*' Spans 2>> log) || true # the queue takes up to a hundredth of the heap
expected='close(): spans lost=yes
closeTimeout(10 s), close(): spans lost=yes, within 5 s
flush() five times, close(): spans lost=no'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
