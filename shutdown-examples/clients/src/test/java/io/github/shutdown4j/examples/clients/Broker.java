package io.github.shutdown4j.examples.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import io.github.shutdown4j.testing.FreePort;

import static java.time.Duration.ofSeconds;
import static org.awaitility.Awaitility.await;

/** A broker of the distribution with its own directory, on the loopback address. */
final class Broker implements AutoCloseable {

    private final Process process;
    private final int port;
    private final Runnable afterwards;

    private Broker(ProcessBuilder builder, int port, Path directory, Runnable afterwards) throws IOException {
        this.port = port;
        this.afterwards = afterwards;
        Path log = directory.resolve("out.log");
        process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        await().atMost(ofSeconds(90)).until(() -> isListening() || !process.isAlive());
        if (!isListening()) {
            throw new IllegalStateException("the broker ended: " + Files.readString(log));
        }
    }

    /** NATS with JetStream. */
    static Broker nats(Path directory) throws IOException {
        int port = FreePort.find();
        return new Broker(
                new ProcessBuilder(
                        needed("nats-server", "nats-server"),
                        "-js",
                        "-sd",
                        directory.toString(),
                        "-a",
                        "127.0.0.1",
                        "-p",
                        "" + port),
                port,
                directory,
                () -> {});
    }

    /** RabbitMQ, without the wrapper of the distribution, which would use the system's directories. */
    static Broker rabbit(Path directory) throws IOException {
        String server = needed("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server");
        int port = FreePort.find();
        String epmdPort = "" + FreePort.find();
        ProcessBuilder builder = new ProcessBuilder(server);
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("RABBITMQ_NODENAME", "test" + port + "@localhost");
        builder.environment().put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        builder.environment().put("RABBITMQ_NODE_PORT", "" + port);
        builder.environment().put("RABBITMQ_DIST_PORT", "" + FreePort.find());
        builder.environment().put("ERL_EPMD_PORT", epmdPort);
        builder.environment().put("ERL_EPMD_ADDRESS", "127.0.0.1");
        builder.environment()
                .put("RABBITMQ_MNESIA_BASE", directory.resolve("mnesia").toString());
        builder.environment().put("RABBITMQ_LOG_BASE", directory.resolve("log").toString());
        for (String file : List.of("ENABLED_PLUGINS_FILE", "CONFIG_FILE", "ADVANCED_CONFIG_FILE", "CONF_ENV_FILE")) {
            builder.environment()
                    .put("RABBITMQ_" + file, directory.resolve("none").toString());
        }
        return new Broker(builder, port, directory, () -> killNameService(epmdPort));
    }

    /** The broker starts Erlang's name service, which outlives it. */
    private static void killNameService(String port) {
        try {
            ProcessBuilder kill = new ProcessBuilder("epmd", "-port", port, "-kill");
            kill.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            kill.start().waitFor(10, TimeUnit.SECONDS);
        } catch (IOException left) {
            System.err.println("cannot end epmd on port " + port + ": " + left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the program; skips the test if there is none. */
    private static String needed(String program, String debianPackage) {
        boolean there = Stream.concat(
                        Stream.of("/usr/sbin", "/usr/bin"),
                        Stream.of(System.getenv("PATH").split(":")))
                .map(Path::of)
                .anyMatch(directory -> Files.isExecutable(directory.resolve(program)));
        Assumptions.assumeTrue(there, "needs " + debianPackage);
        return program;
    }

    private boolean isListening() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().join());
        afterwards.run();
    }
}
