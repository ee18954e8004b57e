#!/usr/bin/env bash
# Apache HttpClient's close(CloseMode.GRACEFUL) cuts the request in flight; the JDK's client waits for it.
#
# guess:  GRACEFUL waits for the request in flight.
# seen:   HttpClient 5.5 on OpenJDK 17.0.15, 2026-11-28: an answer that takes 2 s, close() after it was begun
#           close(GRACEFUL): returned at once, request failed
#           close(IMMEDIATE): returned at once, request failed
#         5 ms for the close, and the request fails with "Connection pool shut down". GRACEFUL is about the end of each
#         connection (a TLS close, a wait for the other side), not about the requests. Plain close() is GRACEFUL.
#         java.net.http.HttpClient, from JDK 21 on, waits in its close() for requests in flight. Wait for your own
#         requests first, then close.
# matters to: anyone who closes a client as a resource while webhooks or calls to other services are in flight.
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
  <artifactId>http-client</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>5.5</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Graceful.java" <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;

public class Graceful {
    public static void main(String[] args) throws Exception {
        for (CloseMode mode : new CloseMode[] {CloseMode.GRACEFUL, CloseMode.IMMEDIATE}) {
            run(mode);
        }
        System.exit(0);
    }

    private static void run(CloseMode mode) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            begun.countDown();
            try {
                Thread.sleep(2000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes());
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        CloseableHttpClient client = HttpClients.createDefault();
        FutureTask<String> request = new FutureTask<>(
                () -> client.execute(new HttpGet(url), answer -> EntityUtils.toString(answer.getEntity())));
        new Thread(request).start();
        begun.await();
        long start = System.nanoTime();
        client.close(mode);
        long millis = (System.nanoTime() - start) / 1_000_000;
        String end;
        try {
            end = "answered: " + request.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            System.err.println(mode + ": " + millis + " ms, " + e.getCause());
            end = "failed";
        }
        System.out.println("close(" + mode + "): returned "
                + (millis < 1500 ? "at once" : "after the answer") + ", request " + end);
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Graceful.java"

seen=$(java -cp "$work:$work/lib/*" Graceful 2> "$work/log")
expected='close(GRACEFUL): returned at once, request failed
close(IMMEDIATE): returned at once, request failed'

echo "$seen"
grep -h ' ms, ' "$work/log" || true
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
