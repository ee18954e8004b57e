#!/usr/bin/env bash
# The graceful shutdown of Micronaut waits for requests, but cuts WebSockets without a close frame, and answers that are
# handed over and not yet written.
#
# guess:  a WebSocket is closed with 1001, "going away", and an answer is written to its end.
# seen:   Micronaut 4.10.15, OpenJDK 17.0.15, 2026-11-29:
#           socket: ended without a close frame
#           slow request: 200
#           large answer: cut
# matters to: clients that tell a planned stop (1001) from a failure of the network, and clients that read slowly.
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
  <artifactId>micronaut</artifactId>
  <version>1</version>
  <properties><micronaut>4.10.15</micronaut></properties>
  <dependencies>
    <dependency>
      <groupId>io.micronaut</groupId><artifactId>micronaut-http-server-netty</artifactId><version>${micronaut}</version>
    </dependency>
    <dependency>
      <groupId>io.micronaut</groupId><artifactId>micronaut-jackson-databind</artifactId><version>${micronaut}</version>
    </dependency>
    <dependency>
      <groupId>io.micronaut</groupId><artifactId>micronaut-websocket</artifactId><version>${micronaut}</version>
    </dependency>
    <dependency>
      <groupId>io.micronaut</groupId><artifactId>micronaut-inject-java</artifactId><version>${micronaut}</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

mkdir "$work/src"
cat > "$work/src/Stop.java" <<'JAVA'
package findings;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.websocket.WebSocketSession;
import io.micronaut.websocket.annotation.OnMessage;
import io.micronaut.websocket.annotation.OnOpen;
import io.micronaut.websocket.annotation.ServerWebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

public class Stop {
    static final int SIZE = 16_000_000;
    static final CountDownLatch BEGUN = new CountDownLatch(2); // the slow request and the socket

    public static void main(String[] args) throws Exception {
        try (ApplicationContext context = ApplicationContext.run(Map.of(
                "micronaut.server.port", -1, // any
                "micronaut.lifecycle.graceful-shutdown.enabled", true))) {
            int port = context.getBean(EmbeddedServer.class).start().getPort();
            Socket slow = send(port, "/slow", "");
            Socket large = send(port, "/large", "");
            head(large); // so the answer is handed over; the client does not read on
            Socket socket = send(port, "/socket", "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n");
            head(socket);
            if (!BEGUN.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the request or the socket has not arrived");
            }
            var shutdown = context.getBean(GracefulShutdownManager.class).shutdownGracefully().toCompletableFuture();
            System.out.println("socket: " + frame(socket));
            System.out.println("slow request: " + head(slow));
            shutdown.get(30, TimeUnit.SECONDS);
            System.out.println("large answer: " + (rest(large) == SIZE ? "written to its end" : "cut"));
        } catch (Throwable failure) {
            failure.printStackTrace();
        } finally {
            System.exit(0);
        }
    }

    static Socket send(int port, String path, String fields) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(10_000);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads the head of an answer; returns its status. */
    static String head(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "cut";
            }
            head.append((char) next);
        }
        return head.substring(9, 12);
    }

    /** The frame that ends a WebSocket, RFC 6455, section 5.2. */
    static String frame(Socket socket) throws IOException {
        byte[] frame = socket.getInputStream().readNBytes(4);
        return frame.length == 4 && (frame[0] & 0xff) == 0x88
                ? "closed with " + ((frame[2] & 0xff) << 8 | frame[3] & 0xff)
                : "ended without a close frame";
    }

    static long rest(Socket socket) {
        long count = 0;
        try {
            byte[] buffer = new byte[100_000];
            for (int read = 0; read >= 0 && count < SIZE; read = socket.getInputStream().read(buffer)) {
                count += read;
            }
        } catch (IOException reset) {
            // counted so far
        }
        return count;
    }
}

@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
class Work {
    @Get("/slow")
    String slow() throws InterruptedException {
        Stop.BEGUN.countDown();
        Thread.sleep(1000);
        return "done";
    }

    @Get("/large")
    String large() {
        return "x".repeat(Stop.SIZE);
    }
}

@ServerWebSocket("/socket")
class Echo {
    @OnOpen
    void open(WebSocketSession session) {
        Stop.BEGUN.countDown();
    }

    @OnMessage
    void message(String text, WebSocketSession session) {}
}
JAVA
javac -processorpath "$(printf "%s:" "$work"/lib/*.jar)" -cp "$work/lib/*" -d "$work" "$work/src/Stop.java"

seen=$(timeout 120 java -cp "$work:$work/lib/*" findings.Stop 2> "$work/log" | grep -E '^(socket|slow request|large answer): ') \
    || { cat "$work/log"; exit 2; }
expected='socket: ended without a close frame
slow request: 200
large answer: cut'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; cat "$work/log"; exit 1; }
