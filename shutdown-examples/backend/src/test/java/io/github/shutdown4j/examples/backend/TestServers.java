package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;

import io.github.shutdown4j.examples.backend.embedded.Embedded;

/** One PostgreSQL and one Redis for all tests of this JVM, which stop with it. */
public final class TestServers {

    private static final Embedded SERVERS = start();

    private TestServers() {}

    public static String databaseUrl() {
        return SERVERS.databaseUrl();
    }

    public static String redisUrl() {
        return SERVERS.redisUrl();
    }

    private static Embedded start() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30)); // of all tests of this JVM: slow disks, other work
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
