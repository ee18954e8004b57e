#!/usr/bin/env bash
# A server that stops cuts a POST it has received; three HTTP clients send the POST again by themselves.
#
# guess:  a POST is sent once by every client, since the client cannot know whether the server handled it; only GET may be repeated.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, OkHttp 5.1.0, Apache HttpClient 5.5, Jetty 12.1.3, AsyncHttpClient 3.0.2,
#         Reactor Netty 1.2.9, 2026-11-29. How often the server received one POST: on a new connection cut once, on a kept
#         connection cut once, on a kept connection with each attempt cut:
#           HttpURLConnection: 2, 2, 2
#           HttpClient of the JDK: 1, 1, 1
#           OkHttp: 1, 2, 3
#           Apache HttpClient: 1, 1, 1
#           Jetty: 1, 1, 1
#           AsyncHttpClient: 2, 2, 6
#           Reactor Netty: 1, 1, 1
#         Where the second attempt is answered, the caller sees 200 and nothing shows that the request was handled twice.
#         -Dsun.net.http.retryPost=false, retryOnConnectionFailure(false), setMaxRequestRetry(0) turn it off.
# matters to: servers that cut requests at their limit, and callers whose POST must not be handled twice.
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
  <artifactId>twice</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.squareup.okhttp3</groupId><artifactId>okhttp-jvm</artifactId><version>5.1.0</version></dependency>
    <dependency><groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>5.5</version></dependency>
    <dependency><groupId>org.eclipse.jetty</groupId><artifactId>jetty-client</artifactId><version>12.1.3</version></dependency>
    <dependency><groupId>org.asynchttpclient</groupId><artifactId>async-http-client</artifactId><version>3.0.2</version></dependency>
    <dependency><groupId>io.projectreactor.netty</groupId><artifactId>reactor-netty-http</artifactId><version>1.2.9</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Twice.java" <<'JAVA'
import io.netty.handler.codec.http.HttpMethod;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.asynchttpclient.AsyncHttpClient;
import org.asynchttpclient.Dsl;
import org.eclipse.jetty.client.StringRequestContent;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

public class Twice {
    private static final Map<String, AtomicInteger> RECEIVED = new ConcurrentHashMap<>();
    private static int port;
    private static int run;

    /** Posts and returns the status. */
    interface Call {
        int post(URI uri) throws Exception;
    }

    /** A client with no connection yet. */
    interface Fresh {
        Call client() throws Exception;
    }

    public static void main(String[] args) throws Exception {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        port = server.getLocalPort();
        daemon(() -> {
            while (true) {
                Socket socket = server.accept();
                daemon(() -> serve(socket));
            }
        });
        see("HttpURLConnection", () -> uri -> {
            HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection();
            call.setRequestMethod("POST");
            call.setDoOutput(true);
            call.getOutputStream().write("order".getBytes(StandardCharsets.UTF_8));
            call.getInputStream().readAllBytes();
            return call.getResponseCode();
        });
        see("HttpClient of the JDK", () -> {
            HttpClient client = HttpClient.newHttpClient();
            return uri -> client.send(
                            HttpRequest.newBuilder(uri)
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .POST(HttpRequest.BodyPublishers.ofString("order"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        });
        see("OkHttp", () -> {
            OkHttpClient client = new OkHttpClient();
            return uri -> {
                Request request = new Request.Builder()
                        .url(uri.toString())
                        .post(RequestBody.create("order".getBytes(StandardCharsets.UTF_8)))
                        .build();
                try (Response response = client.newCall(request).execute()) {
                    response.body().string();
                    return response.code();
                }
            };
        });
        see("Apache HttpClient", () -> {
            CloseableHttpClient client = HttpClients.createDefault();
            return uri -> {
                HttpPost post = new HttpPost(uri);
                post.setEntity(new StringEntity("order"));
                return client.execute(post, response -> {
                    response.getEntity().getContent().readAllBytes();
                    return response.getCode();
                });
            };
        });
        see("Jetty", () -> {
            org.eclipse.jetty.client.HttpClient client = new org.eclipse.jetty.client.HttpClient();
            client.start();
            return uri -> client.POST(uri)
                    .body(new StringRequestContent("order"))
                    .send()
                    .getStatus();
        });
        see("AsyncHttpClient", () -> {
            AsyncHttpClient client = Dsl.asyncHttpClient();
            return uri -> client.preparePost(uri.toString())
                    .setBody("order")
                    .execute()
                    .get(30, TimeUnit.SECONDS)
                    .getStatusCode();
        });
        see("Reactor Netty", () -> uri -> reactor.netty.http.client.HttpClient.create()
                .request(HttpMethod.POST)
                .uri(uri)
                .send(ByteBufFlux.fromString(Mono.just("order")))
                .responseSingle((response, body) -> body.asString().thenReturn(response.status().code()))
                .block());
        System.exit(0);
    }

    private static void see(String name, Fresh fresh) throws Exception {
        int once = received(fresh.client(), "/once", false);
        int kept = received(fresh.client(), "/once", true);
        int always = received(fresh.client(), "/always", true);
        System.out.println(name + ": " + once + ", " + kept + ", " + always);
    }

    private static int received(Call call, String kind, boolean kept) throws Exception {
        if (kept) {
            call.post(URI.create("http://127.0.0.1:" + port + "/answered"));
        }
        String path = kind + run++;
        try {
            call.post(URI.create("http://127.0.0.1:" + port + path));
        } catch (Exception cut) {
            System.err.println(path + " " + cut);
        }
        return RECEIVED.get(path).get();
    }

    /** Answers, but cuts the first or each request of the other paths once it has read it. */
    private static void serve(Socket socket) throws IOException {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (String request; !(request = line(in)).isEmpty(); ) {
                String path = request.split(" ")[1];
                boolean chunked = false;
                int length = 0;
                for (String header; !(header = line(in).toLowerCase()).isEmpty(); ) {
                    chunked |= header.startsWith("transfer-encoding:");
                    if (header.startsWith("content-length:")) {
                        length = Integer.parseInt(header.substring(15).trim());
                    }
                }
                if (chunked) {
                    for (int size; (size = Integer.parseInt(line(in), 16)) > 0; ) {
                        in.skipNBytes(size + 2);
                    }
                    line(in);
                } else {
                    in.skipNBytes(length);
                }
                int times = RECEIVED.computeIfAbsent(path, key -> new AtomicInteger()).incrementAndGet();
                if (path.startsWith("/always") || path.startsWith("/once") && times == 1) {
                    return;
                }
                out.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next; (next = in.read()) >= 0 && next != '\n'; ) {
            line.append((char) next);
        }
        return line.toString().trim();
    }

    interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                System.err.println(ended);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Twice.java"

seen=$(java -cp "$work:$work/lib/*" Twice 2> "$work/log")
expected='HttpURLConnection: 2, 2, 2
HttpClient of the JDK: 1, 1, 1
OkHttp: 1, 2, 3
Apache HttpClient: 1, 1, 1
Jetty: 1, 1, 1
AsyncHttpClient: 2, 2, 6
Reactor Netty: 1, 1, 1'

echo "$seen"
[ "$seen" = "$expected" ] || { cut -c1-200 "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
