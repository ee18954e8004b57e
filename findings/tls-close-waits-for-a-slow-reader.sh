#!/usr/bin/env bash
# JDK: the close of an SSLSocket waits until a write of another thread has gone through, however slowly the peer reads.
#
# guess:  close() fails the write at once, as that of a plain socket does; 17 may still wait, 25 does not.
# seen:   OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A thread writes to a peer that does not read for the moment and goes on 5 s
#         after the call:
#           plain socket, close(): at once
#           TLS, close(): when the peer reads
#           TLS, shutdownOutput(): when the peer reads
#           TLS, setSoLinger(true, 1), close(): after a second
#           TLS, close() of the plain socket below it: at once
#         close() needs the lock of the writer for its close_notify. It has no limit of its own: the peer decides how long the thread waits
#         that closes, such as the one that stops a service or aborts the connections of a pool. setSoTimeout() does not change that.
# matters to: the close of TLS connections that are in use: setSoLinger(true, 1) right before it, or the plain socket, if it was
#         created first and layered; and the close of many of them in parallel.
#
# needs: a JDK 17 or later. Exits with 0 if that is still so, with 1 if it has changed, with 2 if there is none.
set -euo pipefail

command -v keytool > /dev/null || { echo "needs a JDK"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

keytool -genkeypair -alias server -keyalg EC -dname CN=localhost -storepass secret -keystore keys.p12 2> log || { cat log; exit 2; }
cat > Close.java <<'JAVA'
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Close {
    private interface Action {
        void on(Socket plain, Socket tls) throws IOException;
    }

    public static void main(String[] args) throws Exception {
        KeyStore keys = KeyStore.getInstance(new File("keys.p12"), "secret".toCharArray());
        KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
        own.init(keys, "secret".toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        report("plain socket, close()", null, (plain, tls) -> tls.close());
        report("TLS, close()", context, (plain, tls) -> tls.close());
        report("TLS, shutdownOutput()", context, (plain, tls) -> tls.shutdownOutput());
        report("TLS, setSoLinger(true, 1), close()", context, (plain, tls) -> {
            tls.setSoLinger(true, 1);
            tls.close();
        });
        report("TLS, close() of the plain socket below it", context, (plain, tls) -> plain.close());
        System.exit(0);
    }

    private static void report(String title, SSLContext context, Action action) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Socket> client = CompletableFuture.supplyAsync(() -> connect(context, listener));
            Socket plain = listener.accept();
            Socket tls = context == null ? plain : secure(context, plain, false);
            Socket peer = client.get(30, TimeUnit.SECONDS);
            AtomicInteger written = new AtomicInteger();
            Thread writer = new Thread(() -> {
                try {
                    byte[] block = new byte[100_000];
                    while (true) {
                        tls.getOutputStream().write(block);
                        written.incrementAndGet();
                    }
                } catch (IOException closed) {
                    System.err.println("writer: " + closed);
                }
            });
            writer.start();
            for (int before = -1; before != written.get() || before == 0; Thread.sleep(1500)) {
                before = written.get();
            }
            CountDownLatch closing = new CountDownLatch(1);
            Thread reader = new Thread(() -> {
                try {
                    closing.await();
                    Thread.sleep(5000);
                    while (peer.getInputStream().read(new byte[100_000]) >= 0) {}
                } catch (IOException | InterruptedException end) {
                    System.err.println("reader: " + end);
                }
            });
            reader.start();
            closing.countDown();
            long start = System.nanoTime();
            action.on(plain, tls);
            long millis = (System.nanoTime() - start) / 1_000_000;
            writer.join();
            plain.close();
            reader.join();
            peer.close();
            System.err.println("took " + millis + " ms");
            System.out.println(title + ": " + (millis < 900 ? "at once" : millis < 4000 ? "after a second" : "when the peer reads"));
        }
    }

    private static Socket connect(SSLContext context, ServerSocket listener) {
        try {
            Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort());
            return context == null ? socket : secure(context, socket, true);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static SSLSocket secure(SSLContext context, Socket plain, boolean client) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
        socket.setUseClientMode(client);
        socket.startHandshake();
        return socket;
    }
}
JAVA
javac Close.java

seen=$(timeout 120 java Close 2> log) || true
expected='plain socket, close(): at once
TLS, close(): when the peer reads
TLS, shutdownOutput(): when the peer reads
TLS, setSoLinger(true, 1), close(): after a second
TLS, close() of the plain socket below it: at once'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
