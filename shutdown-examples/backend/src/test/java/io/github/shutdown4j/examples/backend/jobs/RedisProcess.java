package io.github.shutdown4j.examples.backend.jobs;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import redis.clients.jedis.Jedis;
import redis.embedded.core.ExecutableProvider;

import io.github.shutdown4j.testing.FreePort;

/**
 * A Redis that a test may kill, freeze and restart on the same port; it loses no acknowledged write. It is the embedded
 * one, or the program that the system property {@code redis.server} names.
 */
public final class RedisProcess implements AutoCloseable {

    /** For a start on a loaded machine, also in the first test of a JVM; reached only by a test that fails anyway. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final int port;
    private Process process;

    public RedisProcess(Path directory) throws IOException {
        this.directory = directory;
        port = FreePort.find();
        start();
    }

    public String url() {
        return "redis://localhost:" + port;
    }

    int port() {
        return port;
    }

    void start() throws IOException {
        String given = System.getProperty("redis.server", "");
        String program = given.isEmpty()
                ? ExecutableProvider.newJarResourceProvider(directory.toFile())
                        .get()
                        .getPath()
                : given;
        List<String> command = List.of(
                program,
                "--port",
                "" + port,
                "--dir",
                directory.toString(),
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--save",
                "");
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            try (Jedis jedis = new Jedis(url())) {
                return jedis.ping().equals("PONG");
            }
        });
    }

    public void end() {
        process.destroyForcibly();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** As if the network were down: it runs, but does not answer. */
    public void freeze() throws Exception {
        Children.signal("STOP", process.pid());
    }

    public void thaw() throws Exception {
        Children.signal("CONT", process.pid());
    }

    /** Makes it save a snapshot and kills the process that writes it, so that the save fails as on a full disk. */
    void failSnapshot() {
        try (Jedis jedis = new Jedis(url())) {
            jedis.set("snapshot", "of something");
            jedis.configSet("save", "3600 1");
            jedis.configSet("rdb-key-save-delay", "100000000"); // in microseconds
            var unused = jedis.bgsave();
            ProcessHandle writer = Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> process.children().findFirst(), Optional::isPresent)
                    .orElseThrow();
            writer.destroyForcibly();
            Awaitility.await().atMost(PATIENCE).until(() -> jedis.info("persistence")
                    .contains("rdb_last_bgsave_status:err"));
        }
    }

    void saveSnapshot() {
        try (Jedis jedis = new Jedis(url())) {
            jedis.configSet("rdb-key-save-delay", "0");
            var unused = jedis.bgsave();
            Awaitility.await().atMost(PATIENCE).until(() -> jedis.info("persistence")
                    .contains("rdb_last_bgsave_status:ok"));
        }
    }

    @Override
    public void close() throws Exception {
        thaw();
        kill();
    }
}
