#!/usr/bin/env bash
# Javalin: stop() waits until the handler in flight has returned, and has cut its client at the beginning.
#
# guess:  what stop() waits for is answered.
# seen:   Javalin 6.7.0 (Jetty 11.0.25), OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A handler that returns 1 s after stop()
#         has been called:
#           default: handler returned before stop()=yes, client answered=no
#           modifyServer(server -> server.setStopTimeout(20_000)): handler returned before stop()=yes, client answered=yes
#         The stop time-out of Jetty's server is 0 in Javalin, so connections are closed at once; its pool of threads is then
#         waited for, and interrupted after 2.5 s. The handler does its work, and its client sees the end of the connection
#         instead of an answer.
# matters to: every Javalin service that is stopped under load: the caller cannot know that the work was done.
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
  <artifactId>javalin</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.javalin</groupId><artifactId>javalin</artifactId><version>6.7.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Stop.java" <<'JAVA'
import io.javalin.Javalin;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class Stop {
    public static void main(String[] args) throws Exception {
        System.out.println("default: " + run(false));
        System.out.println("modifyServer(server -> server.setStopTimeout(20_000)): " + run(true));
        System.exit(0);
    }

    private static String run(boolean timeout) throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        Javalin javalin = Javalin.create(config -> {
            config.showJavalinBanner = false;
            if (timeout) {
                config.jetty.modifyServer(server -> server.setStopTimeout(20_000));
            }
        }).get("/order", context -> {
            entered.countDown();
            mayReturn.await();
            context.result("done");
            returned.countDown();
        }).start("127.0.0.1", 0);

        CompletableFuture<String> answer = new CompletableFuture<>();
        try (Socket client = new Socket("127.0.0.1", javalin.port())) {
            client.getOutputStream().write("GET /order HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes());
            Thread reader = new Thread(() -> answer.complete(read(client)));
            reader.start();
            entered.await();
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(mayReturn::countDown);
            javalin.stop();
            boolean finished = returned.getCount() == 0;
            String seen = answer.get(30, TimeUnit.SECONDS);
            System.err.println("client: " + seen);
            return "handler returned before stop()=" + (finished ? "yes" : "no")
                    + ", client answered=" + (seen.endsWith("done") ? "yes" : "no");
        }
    }

    private static String read(Socket client) {
        StringBuilder answer = new StringBuilder();
        try {
            InputStream in = client.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                answer.append((char) next);
                if (answer.toString().endsWith("done")) {
                    break;
                }
            }
        } catch (IOException e) {
            return answer + e.toString();
        }
        return answer.isEmpty() ? "end of the connection" : answer.toString();
    }
}
JAVA
javac -proc:none -cp "$work/lib/*" -d "$work" "$work/Stop.java"

seen=$(timeout 100 java -cp "$work:$work/lib/*" Stop 2> "$work/log") || { cat "$work/log"; exit 1; }
expected='default: handler returned before stop()=yes, client answered=no
modifyServer(server -> server.setStopTimeout(20_000)): handler returned before stop()=yes, client answered=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
