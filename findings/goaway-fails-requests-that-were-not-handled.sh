#!/usr/bin/env bash
# HTTP/2: a server that stops names the last request that it handles (GOAWAY); only OkHttp and the client of JDK 25 repeat the later ones.
#
# guess:  each client waits for the answer to the request that GOAWAY covers, and repeats the other one on a new connection, whatever its
#         method: RFC 9113, section 6.8, says that the server has not handled it.
# seen:   OkHttp 5.1.0, Apache HttpClient 5.5, Jetty 12.1.3, Reactor Netty 1.2.9, Vert.x 5.0.4, OpenJDK 17.0.15 and Temurin 25.0.3,
#         2026-11-30. Two requests on one connection, GOAWAY that covers the first, which is answered a second later; a second connection
#         would be served:
#           OkHttp, GET and POST: covered=answered, not covered=answered
#           Apache HttpClient, GET and POST: covered=answered, not covered=fails
#           Jetty, GET and POST: covered=answered, not covered=fails
#           Reactor Netty, GET and POST: covered=answered, not covered=fails
#           Vert.x, GET and POST: covered=answered, not covered=fails
#           JDK 17, GET and POST: covered=fails, not covered=fails
#           JDK 25, GET and POST: covered=answered, not covered=answered
#         The exceptions are a ConnectionClosedException, a RetryableStreamException, a PrematureCloseException and an HttpClosedException;
#         only that of Jetty says that the request can be repeated. So a stop with a graceful GOAWAY is not free of failures for them.
# matters to: callers of services that stop with GOAWAY: repeat such a request, also a POST; and servers: a first GOAWAY with the highest
#         stream number, then a moment for requests that are on their way, as section 6.8 recommends.
#
# needs: a JDK 17 or later and Maven; the lines of the JDK are for 17 and 25. Exits with 0 if that is still so, with 1 if it has changed,
# with 2 if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>goaway</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.squareup.okhttp3</groupId><artifactId>okhttp-jvm</artifactId><version>5.1.0</version></dependency>
    <dependency><groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>5.5</version></dependency>
    <dependency><groupId>org.eclipse.jetty.http2</groupId><artifactId>jetty-http2-client-transport</artifactId><version>12.1.3</version></dependency>
    <dependency><groupId>io.projectreactor.netty</groupId><artifactId>reactor-netty-http</artifactId><version>1.2.9</version></dependency>
    <dependency><groupId>io.vertx</groupId><artifactId>vertx-core</artifactId><version>5.0.4</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

# A server of HTTP/2 by prior knowledge, or by the upgrade of a GET.
cat > Stopping.java <<'JAVA'
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

final class Stopping {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final byte[] OK = {(byte) 0x88}; // :status 200 in HPACK

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private int connections;

    Stopping() throws IOException {
        daemon(() -> {
            while (true) {
                Socket socket = listener.accept();
                boolean first = ++connections == 1;
                daemon(() -> serve(socket, first));
            }
        });
    }

    String url() {
        return "http://127.0.0.1:" + listener.getLocalPort() + "/";
    }

    /** The first connection answers one request, and is stopped when two more are open. */
    private static void serve(Socket socket, boolean first) throws Exception {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = new BufferedOutputStream(socket.getOutputStream());
        boolean warm = !first;
        byte[] start = new byte[3];
        in.readFully(start);
        if (new String(start, StandardCharsets.US_ASCII).equals("PRI")) {
            in.readFully(new byte[21]);
            frame(out, SETTINGS, 0, 0, new byte[0]);
        } else {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            String answer = first ? "101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c" : "200 OK\r\nContent-Length: 0";
            out.write(("HTTP/1.1 " + answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (!first) {
                return;
            }
            in.readFully(new byte[24]);
            frame(out, SETTINGS, 0, 0, new byte[0]);
            frame(out, HEADERS, 5, 1, OK);
            warm = true;
        }
        List<Integer> open = new ArrayList<>();
        while (true) {
            byte[] payload = new byte[in.readUnsignedByte() << 16 | in.readUnsignedShort()];
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt() & 0x7fffffff;
            in.readFully(payload);
            boolean flag = (flags & 1) == 1;
            if ((type == SETTINGS || type == PING) && !flag) {
                frame(out, type, 1, 0, type == PING ? payload : new byte[0]);
            } else if ((type == DATA || type == HEADERS) && flag) {
                if (!warm || !first) {
                    warm = true;
                    frame(out, HEADERS, 5, stream, OK);
                    continue;
                }
                open.add(stream);
                if (open.size() == 2) {
                    int last = open.get(0);
                    frame(out, GOAWAY, 0, 0, new byte[] {0, 0, 0, (byte) last, 0, 0, 0, 0});
                    daemon(() -> {
                        Thread.sleep(1000);
                        frame(out, HEADERS, 5, last, OK);
                        Thread.sleep(1000);
                        socket.close();
                    });
                }
            }
        }
    }

    private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        synchronized (out) {
            out.write(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags, 0, 0, 0, (byte) stream});
            out.write(payload);
            out.flush();
        }
    }

    interface Work {
        void run() throws Exception;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                System.err.println("server: " + e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
JAVA
cat > Clients.java <<'JAVA'
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleHttpResponse;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;

public class Clients {
    interface Client {
        CompletableFuture<Integer> send(String method, String url);
    }

    public static void main(String[] args) throws Exception {
        int feature = Runtime.version().feature();
        List<String> names = List.of("OkHttp", "Apache HttpClient", "Jetty", "Reactor Netty", "Vert.x", "JDK " + feature);
        for (String name : names) {
            for (String method : new String[] {"GET", "POST"}) {
                Client client = client(name);
                Stopping server = new Stopping();
                String warm = result(client.send("GET", server.url()));
                Thread.sleep(300);
                CompletableFuture<Integer> covered = client.send(method, server.url());
                Thread.sleep(1000); // the first of the two is the first for the server as well
                CompletableFuture<Integer> other = client.send(method, server.url());
                System.out.println(name + ", " + method + ": covered=" + result(covered) + ", not covered=" + result(other)
                        + (warm.equals("answered") ? "" : ", before both=" + warm));
            }
        }
        System.exit(0);
    }

    private static String result(CompletableFuture<Integer> future) throws InterruptedException {
        try {
            return future.get(20, TimeUnit.SECONDS) == 200 ? "answered" : "another status";
        } catch (ExecutionException e) {
            System.err.println(e.getCause());
            return "fails";
        } catch (TimeoutException e) {
            return "waits";
        }
    }

    private static Client client(String name) throws Exception {
        return switch (name) {
            case "OkHttp" -> okHttp();
            case "Apache HttpClient" -> apache();
            case "Jetty" -> jetty();
            case "Reactor Netty" -> reactor();
            case "Vert.x" -> vertx();
            default -> jdk();
        };
    }

    private static Client okHttp() {
        okhttp3.OkHttpClient client = new okhttp3.OkHttpClient.Builder().protocols(List.of(okhttp3.Protocol.H2_PRIOR_KNOWLEDGE)).build();
        return (method, url) -> {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            okhttp3.RequestBody body = method.equals("GET") ? null : okhttp3.RequestBody.create(new byte[1], null);
            client.newCall(new okhttp3.Request.Builder().url(url).method(method, body).build()).enqueue(new okhttp3.Callback() {
                @Override
                public void onFailure(okhttp3.Call call, IOException e) {
                    future.completeExceptionally(e);
                }

                @Override
                public void onResponse(okhttp3.Call call, okhttp3.Response response) {
                    future.complete(response.code());
                }
            });
            return future;
        };
    }

    private static Client apache() {
        CloseableHttpAsyncClient client = HttpAsyncClients.createHttp2Default();
        client.start();
        return (method, url) -> {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            SimpleHttpRequest request = SimpleHttpRequest.create(method, URI.create(url));
            if (method.equals("POST")) {
                request.setBody("x", org.apache.hc.core5.http.ContentType.TEXT_PLAIN);
            }
            client.execute(request, new FutureCallback<SimpleHttpResponse>() {
                @Override
                public void completed(SimpleHttpResponse response) {
                    future.complete(response.getCode());
                }

                @Override
                public void failed(Exception e) {
                    future.completeExceptionally(e);
                }

                @Override
                public void cancelled() {
                    future.cancel(true);
                }
            });
            return future;
        };
    }

    private static Client jetty() throws Exception {
        org.eclipse.jetty.client.HttpClient client = new org.eclipse.jetty.client.HttpClient(
                new HttpClientTransportOverHTTP2(new HTTP2Client()));
        client.start();
        return (method, url) -> {
            CompletableFuture<Integer> future = new CompletableFuture<>();
            org.eclipse.jetty.client.Request request = client.newRequest(url).method(method);
            if (method.equals("POST")) {
                request.body(new org.eclipse.jetty.client.StringRequestContent("x"));
            }
            request.send(result -> {
                if (result.isFailed()) {
                    future.completeExceptionally(result.getFailure());
                } else {
                    future.complete(result.getResponse().getStatus());
                }
            });
            return future;
        };
    }

    private static Client reactor() {
        reactor.netty.http.client.HttpClient client = reactor.netty.http.client.HttpClient.create().protocol(reactor.netty.http.HttpProtocol.H2C);
        return (method, url) -> client.request(io.netty.handler.codec.http.HttpMethod.valueOf(method)).uri(url)
                .send((request, out) -> method.equals("GET") ? out : out.sendString(reactor.core.publisher.Mono.just("x")))
                .response().map(response -> response.status().code()).toFuture();
    }

    private static Client vertx() {
        io.vertx.core.http.HttpClient client = Vertx.vertx().createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        return (method, url) -> client
                .request(new RequestOptions().setMethod(io.vertx.core.http.HttpMethod.valueOf(method)).setAbsoluteURI(url))
                .compose(request -> method.equals("GET") ? request.send() : request.send("x"))
                .map(response -> response.statusCode()).toCompletionStage().toCompletableFuture();
    }

    private static Client jdk() {
        java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
        return (method, url) -> client.sendAsync(HttpRequest.newBuilder(URI.create(url)).method(method, method.equals("GET")
                ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }
}
JAVA
javac -cp 'lib/*' Stopping.java Clients.java

seen=$(timeout 280 java -cp '.:lib/*' Clients 2> log | grep -v '^SLF4J') || true
expected='OkHttp: covered=answered, not covered=answered
Apache HttpClient: covered=answered, not covered=fails
Jetty: covered=answered, not covered=fails
Reactor Netty: covered=answered, not covered=fails
Vert.x: covered=answered, not covered=fails
JDK 17: covered=fails, not covered=fails
JDK 25: covered=answered, not covered=answered'
feature=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
known=$(sed -n "/^JDK/!p; /^JDK $feature:/p" <<< "$expected" | sed 's/\(.*\): \(.*\)/\1, GET: \2\n\1, POST: \2/')

echo "$seen"
[ "$(case $feature in 17 | 25) cat ;; *) grep -v '^JDK' ;; esac <<< "$seen")" = "$known" ] || { tail -n 40 log; echo "changed; expected:"; echo "$known"; exit 1; }
