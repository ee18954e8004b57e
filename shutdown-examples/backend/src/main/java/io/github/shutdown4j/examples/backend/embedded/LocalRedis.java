package io.github.shutdown4j.examples.backend.embedded;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.embedded.core.ExecutableProvider;

import io.github.shutdown4j.systemd.SystemdNotifier;

/**
 * Redis on a free port. As a daemon it has its own session, so signals of the terminal do not reach it. The library that
 * contains the program would start it as a child and stop it in a JVM hook, before its clients have finished.
 */
final class LocalRedis implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

    private final int port;
    private final ServerProcess process;

    private LocalRedis(int port, ServerProcess process) {
        this.port = port;
        this.process = process;
    }

    static Path pidFile(Path home) {
        return home.resolve("redis").resolve("redis.pid");
    }

    static void stopLeftover(Path home) throws IOException, InterruptedException {
        ServerProcess.stopLeftover(pidFile(home), "redis-server", "TERM", STOP_LIMIT);
    }

    static LocalRedis start(Path home) throws IOException, InterruptedException {
        Path data = Files.createDirectories(home.resolve("redis"));
        Path pidFile = pidFile(home);
        Path logFile = home.resolve("redis.log");
        File program = ExecutableProvider.newJarResourceProvider(data.toFile()).get();
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(program.getPath(), "--port", "" + port));
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", data.toString()));
        command.addAll(List.of("--appendonly", "yes", "--save", "", "--logfile", logFile.toString()));
        command.addAll(List.of("--daemonize", "yes", "--pidfile", pidFile.toString()));
        SystemdNotifier.hideFrom(
                        new ProcessBuilder(command)) // it must neither notify systemd for us nor use our sockets
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(logFile.toFile()))
                .start();
        try {
            return new LocalRedis(port, awaitAnswer(port, pidFile));
        } catch (IOException | InterruptedException e) {
            stopLeftover(home);
            throw new IOException("the embedded Redis does not start, " + logFile + " may say why", e);
        }
    }

    String url() {
        return "redis://localhost:" + port;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.stop("TERM", STOP_LIMIT); // it writes its data, then exits
    }

    private static ServerProcess awaitAnswer(int port, Path pidFile) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            try (Jedis client = new Jedis("localhost", port)) {
                client.ping(); // an error while it still reads its data
                Optional<ServerProcess> process = ServerProcess.of(pidFile, "redis-server");
                if (process.isPresent()) {
                    return process.get();
                }
            } catch (JedisException notYet) {
                if (System.nanoTime() - start > START_LIMIT.toNanos()) {
                    throw new IOException("no answer within " + START_LIMIT.toSeconds() + " s", notYet);
                }
            }
            Thread.sleep(20);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
