package io.github.shutdown4j.examples.backend.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/**
 * A primary and a replica behind one address that leads to the primary, like a DNS name or a load balancer. At a
 * fail-over the replica is promoted once it is in sync, and the former primary answers READONLY on its open
 * connections.
 */
public final class Failover implements AutoCloseable {

    private final RedisProcess first;
    private final RedisProcess second;
    private final ServerSocket address = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile RedisProcess primary;
    private RedisProcess replica;

    public Failover(Path directory) throws IOException {
        first = new RedisProcess(Files.createDirectory(directory.resolve("first")));
        second = new RedisProcess(Files.createDirectory(directory.resolve("second")));
        primary = first;
        replica = second;
        try (Jedis jedis = new Jedis(first.url())) {
            jedis.configSet("repl-diskless-sync-delay", "0"); // 5 s for other replicas that may connect
        }
        try (Jedis jedis = new Jedis(second.url())) {
            jedis.replicaof("localhost", first.port());
            awaitInfo(jedis, "master_link_status:up");
        }
        daemon("address", this::accept);
    }

    public String url() {
        return "redis://localhost:" + address.getLocalPort();
    }

    /** Switches the roles of the two without losing a write, as an operator would. */
    public void failOver() {
        RedisProcess former = primary;
        try (Jedis jedis = new Jedis(former.url())) {
            var unused = jedis.sendCommand(() -> "FAILOVER".getBytes(Protocol.CHARSET));
            awaitInfo(jedis, "role:slave");
        }
        primary = replica;
        replica = former;
        try (Jedis jedis = new Jedis(primary.url())) {
            awaitInfo(jedis, "role:master");
        }
    }

    private static void awaitInfo(Jedis jedis, String line) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> jedis.info("replication")
                .contains(line));
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = address.accept();
            Socket server = new Socket("localhost", URI.create(primary.url()).getPort());
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            daemon("to Redis", () -> copy(client, server));
            daemon("from Redis", () -> copy(server, client));
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void daemon(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException closed) {
                        // One of the two sides, or the test, has ended it.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws Exception {
        address.close();
        first.close();
        second.close();
    }
}
