#!/usr/bin/env bash
# Vert.x closes WebSockets with the code 1000, "normal closure", when its server is shut down.
#
# guess:  1001, "going away", which RFC 6455, section 7.4.1, has for a server that goes down.
# seen:   Vert.x 5.2.3, OpenJDK 17.0.15, 2026-11-29:
#           shutdown(10 s): 1000
#           shutdown(10 s) with a shutdownHandler that closes with 1001: 1001
#         Clients that reconnect only after 1001 or 1006 stay away.
# matters to: services that stop and start while their clients keep a WebSocket.
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
  <artifactId>vertx</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>5.2.3</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Sockets.java" <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

public class Sockets {
    public static void main(String[] args) throws Exception {
        System.out.println("shutdown(10 s): " + code(socket -> {}));
        System.out.println("shutdown(10 s) with a shutdownHandler that closes with 1001: "
                + code(socket -> socket.shutdownHandler(unused -> socket.close((short) 1001))));
        System.exit(0);
    }

    /** The code with which the server closes an open WebSocket. */
    private static int code(Consumer<ServerWebSocket> prepare) throws Exception {
        HttpServer server = Vertx.vertx().createHttpServer().webSocketHandler(prepare::accept);
        server.listen(0, "localhost").toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + server.actualPort() + "/"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        closed.complete(code);
                        return null;
                    }
                })
                .get(30, TimeUnit.SECONDS);
        server.shutdown(10, TimeUnit.SECONDS);
        return closed.get(30, TimeUnit.SECONDS);
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Sockets.java"

seen=$(java -cp "$work:$work/lib/*" Sockets 2> "$work/log")
expected='shutdown(10 s): 1000
shutdown(10 s) with a shutdownHandler that closes with 1001: 1001'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
