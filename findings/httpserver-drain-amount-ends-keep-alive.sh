#!/usr/bin/env bash
# With sun.net.httpserver.drainAmount=0, the JDK's HttpServer closes each connection after its answer, without Connection: close.
#
# guess:  the property only matters for requests whose body the handler has not read: the rest is not read, and their connection
#         closed.
# seen:   OpenJDK 17.0.15 and 25.0.3, 2026-11-29: two requests without a body, one after the other, on one connection
#           drainAmount=1024: 200, 200
#           drainAmount=0: 200, no answer
#         Whether a body was read to its end is only found out by the read that the property forbids, also where there is none. A
#         client that keeps its connections fails with its next request.
# matters to: anyone who bounds slow clients by the server's properties.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/Kept.java" <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

public class Kept {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        try (Socket client = new Socket("localhost", server.getAddress().getPort())) {
            client.setSoTimeout(10_000);
            System.out.println("drainAmount=" + System.getProperty("sun.net.httpserver.drainAmount") + ": " + answer(client)
                    + ", " + answer(client));
        }
        System.exit(0);
    }

    private static String answer(Socket client) {
        StringBuilder text = new StringBuilder();
        try {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            int c = client.getInputStream().read();
            while (c >= 0) {
                text.append((char) c);
                c = text.toString().endsWith("\r\n\r\nok") ? -1 : client.getInputStream().read();
            }
        } catch (IOException closed) {
            return "no answer";
        }
        return text.length() == 0 ? "no answer" : text.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    }
}
JAVA
javac -d "$work" "$work/Kept.java"

seen=$(for amount in 1024 0; do java "-Dsun.net.httpserver.drainAmount=$amount" -cp "$work" Kept; done)
expected='drainAmount=1024: 200, 200
drainAmount=0: 200, no answer'

echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
