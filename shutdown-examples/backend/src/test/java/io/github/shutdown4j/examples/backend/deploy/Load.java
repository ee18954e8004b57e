package io.github.shutdown4j.examples.backend.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that write and read without a pause, each request on a new connection. Nothing is retried: a request that is
 * refused, cut off or answered with an error is a failure.
 */
final class Load implements AutoCloseable {

    private final int port;
    private final String name;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger created = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> clients = new ArrayList<>();

    Load(int port, String name, int count) {
        this.port = port;
        this.name = name;
        for (int i = 0; i < count; i++) {
            int number = i;
            Thread client = new Thread(() -> run(number), name + number);
            client.setDaemon(true);
            client.start();
            clients.add(client);
        }
    }

    int answered() {
        return answered.get();
    }

    /** The number of projects whose creation was confirmed to this load. */
    int created() {
        return created.get();
    }

    List<String> failures() {
        return failures;
    }

    private void run(int client) {
        for (int i = 0; !over.get(); i++) {
            if (i % 2 == 0) {
                if (isAnswered(201, "POST", "/projects", "{\"name\":\"" + name + client + "." + i + "\"}")) {
                    created.incrementAndGet();
                }
            } else {
                isAnswered(200, "GET", "/projects?limit=1", "");
            }
        }
    }

    private boolean isAnswered(int expected, String method, String path, String body) {
        long begin = System.nanoTime();
        String answer;
        try {
            answer = exchange(port, method, path, body);
        } catch (IOException e) {
            answer = e.toString();
        }
        if (answer.startsWith("HTTP/1.1 " + expected + " ")) {
            answered.incrementAndGet();
            return true;
        }
        failures.add(method + " " + path + ": '" + answer.lines().findFirst().orElse("") + "' after "
                + (System.nanoTime() - begin) / 1_000_000 + " ms, at " + LocalTime.now(ZoneOffset.UTC));
        return false;
    }

    /** The whole response; empty if the connection was closed without one. */
    static String exchange(int port, String method, String path, String body) throws IOException {
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            connection.setSoTimeout(60_000);
            connection.getOutputStream().write(request(method, path, body).getBytes(StandardCharsets.US_ASCII));
            InputStream in = connection.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String request(String method, String path, String body) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Lets every client finish its request. */
    @Override
    public void close() throws InterruptedException {
        over.set(true);
        for (Thread client : clients) {
            client.join();
        }
    }
}
