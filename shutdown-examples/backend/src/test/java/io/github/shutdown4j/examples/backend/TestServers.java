package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;

import io.github.shutdown4j.examples.backend.embedded.Embedded;
import io.github.shutdown4j.examples.backend.jobs.RedisProcess;

/** One PostgreSQL and one Redis for all tests of this JVM; they stop with it. */
public final class TestServers {

    private static final Embedded SERVERS = start();
    private static final RedisProcess REDIS = otherRedis();

    private TestServers() {}

    public static String databaseUrl() {
        return SERVERS.databaseUrl();
    }

    public static String redisUrl() {
        return REDIS == null ? SERVERS.redisUrl() : REDIS.url();
    }

    /** The one to be tested instead of the embedded one. */
    private static RedisProcess otherRedis() {
        if (System.getProperty("redis.server", "").isEmpty()) {
            return null;
        }
        try {
            RedisProcess redis = new RedisProcess(Files.createTempDirectory(Path.of("target"), "test-redis"));
            Runtime.getRuntime().addShutdownHook(new Thread(redis::end));
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Embedded start() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60)); // of all tests of this JVM: slow disks, other work
        try {
            Embedded servers = Embedded.start(Files.createTempDirectory(Path.of("target"), "test-servers"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(servers)));
            return servers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void close(Embedded servers) {
        try {
            servers.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
