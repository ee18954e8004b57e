#!/usr/bin/env bash
# Tomcat and Vert.x send "Connection: close" on HTTP/2 if the application sets it, although RFC 9113, section 8.2.2, forbids the
# header there. Undertow and Armeria remove it.
#
# guess:  servers drop the header on HTTP/2, or end the connection after the response; none sends it.
# seen:   Tomcat 11.0.27, Vert.x 5.2.3, Undertow 2.4.4, Armeria 1.40.0, curl 7.88.1 with nghttp2 1.52.0, 2026-11-29:
#           tomcat: curl fails with 92
#           vert.x: curl fails with 92
#           undertow: curl succeeds
#           armeria: curl succeeds
#         92 is an error of the HTTP/2 stream: the client treats the response as malformed, as section 8.1.1 requires.
# matters to: anyone who tells clients of HTTP/1.1 in this way that a server is about to end, and serves HTTP/2 as well.
#
# needs: a JDK 17 or later, Maven, and curl with HTTP/2. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if it cannot run here.
set -euo pipefail

curl --version | grep HTTP2 > /dev/null || { echo "needs curl with HTTP/2"; exit 2; }

work=$(mktemp -d)
server=
cleanup() {
    [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>http2</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.linecorp.armeria</groupId><artifactId>armeria</artifactId><version>1.40.0</version>
    </dependency>
    <dependency>
      <groupId>io.undertow</groupId><artifactId>undertow-core</artifactId><version>2.4.4.Final</version>
    </dependency>
    <dependency>
      <groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>5.2.3</version>
    </dependency>
    <dependency>
      <groupId>org.apache.tomcat.embed</groupId><artifactId>tomcat-embed-core</artifactId><version>11.0.27</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Servers.java" <<'JAVA'
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.util.Headers;
import io.vertx.core.Vertx;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;

/** Each server answers every request with "ok" and the header, on a port that it prints. */
public class Servers {
    public static void main(String[] args) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(args[0]);
        Connector connector = new Connector();
        connector.setPort(0);
        connector.addUpgradeProtocol(new Http2Protocol());
        tomcat.setConnector(connector);
        Tomcat.addServlet(tomcat.addContext("", null), "ok", new HttpServlet() {
                    @Override
                    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                        response.setHeader("Connection", "close");
                        response.getWriter().print("ok");
                    }
                })
                .addMapping("/");
        tomcat.start();
        System.out.println("tomcat " + connector.getLocalPort());

        var vertx = Vertx.vertx().createHttpServer().requestHandler(request ->
                request.response().putHeader("Connection", "close").end("ok"));
        vertx.listen(0).toCompletionStage().toCompletableFuture().get();
        System.out.println("vert.x " + vertx.actualPort());

        Undertow undertow = Undertow.builder()
                .addHttpListener(0, "localhost")
                .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
                .setHandler(exchange -> {
                    exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
                    exchange.getResponseSender().send("ok");
                })
                .build();
        undertow.start();
        System.out.println("undertow "
                + ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort());

        Server armeria = Server.builder()
                .http(0)
                .service("/", (context, request) -> HttpResponse.of(
                        ResponseHeaders.of(com.linecorp.armeria.common.HttpStatus.OK, "connection", "close"),
                        com.linecorp.armeria.common.HttpData.ofUtf8("ok")))
                .build();
        armeria.start().join();
        System.out.println("armeria " + armeria.activeLocalPort());
        System.out.println("all");
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Servers.java"
mkdir "$work/tomcat"
java -cp "$work:$work/lib/*" Servers "$work/tomcat" > "$work/ports" 2> "$work/log" &
server=$!
for _ in $(seq 300); do
    grep -qx all "$work/ports" && break
    sleep 0.1
done
grep -qx all "$work/ports" || { echo "needs servers that start:"; cat "$work/log"; exit 2; }

# How one request over HTTP/2 ends.
over_http2() {
    local code=0
    curl -s -m 10 -o "$work/body" --http2-prior-knowledge "http://localhost:$1/" || code=$?
    if [ "$code" = 0 ]; then echo "curl succeeds"; else echo "curl fails with $code"; fi
}

seen=$(grep -v all "$work/ports" | while read -r name port; do echo "$name: $(over_http2 "$port")"; done)
expected='tomcat: curl fails with 92
vert.x: curl fails with 92
undertow: curl succeeds
armeria: curl succeeds'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
