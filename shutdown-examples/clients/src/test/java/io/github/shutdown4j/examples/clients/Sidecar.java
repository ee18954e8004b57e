package io.github.shutdown4j.examples.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/**
 * A proxy as it runs beside a program in its pod: passes connections on to the port that its argument names, and prints the port
 * on which it listens. SIGTERM ends it at once.
 */
final class Sidecar {

    private static final Executor THREADS = Executors.newCachedThreadPool();

    private Sidecar() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.out.println("listening on " + listener.getLocalPort());
            while (true) {
                Socket client = listener.accept();
                Socket target = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
                THREADS.execute(() -> pass(client, target));
                THREADS.execute(() -> pass(target, client));
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException ended) {
            // One of the two has closed its connection, which closes both.
        }
    }
}
