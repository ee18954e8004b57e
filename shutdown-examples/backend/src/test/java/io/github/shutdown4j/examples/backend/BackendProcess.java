package io.github.shutdown4j.examples.backend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.shutdown4j.testing.FreePort;

import static org.awaitility.Awaitility.await;

/**
 * The packaged backend in a separate process, as a shell with job control would start it: in its own process group,
 * with all signals at their defaults.
 */
final class BackendProcess implements AutoCloseable {

    /** For a start and an exit on a busy machine, reached only by a test that fails anyway; an exit may write an archive. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final int port;
    private final Process process;
    private final Thread reader;
    private long signalled;

    BackendProcess(Path directory, Map<String, String> environment, String... arguments) throws IOException {
        this(ClassArchive.options(), directory, environment, arguments);
    }

    private BackendProcess(List<String> options, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        port = environment.containsKey("PORT") ? Integer.parseInt(environment.get("PORT")) : FreePort.find();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT,TERM,HUP", java));
        command.addAll(options);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", System.getProperty("example.jar")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().putAll(environment);
        process = builder.start();
        reader = new Thread(this::read, "backend-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** With these options for the JVM instead of the {@link ClassArchive}. */
    static BackendProcess withOptions(
            List<String> options, Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        return new BackendProcess(options, directory, environment, arguments);
    }

    /** Uses the servers of the tests. */
    static BackendProcess onTestServers(Path directory, String... arguments) throws IOException {
        return new BackendProcess(directory, testServers(), arguments);
    }

    static Map<String, String> testServers() {
        return Map.of("DATABASE_URL", TestServers.databaseUrl(), "REDIS_URL", TestServers.redisUrl());
    }

    private void read() {
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(output::add);
        } catch (IOException | UncheckedIOException e) {
            // Killed during the read.
        }
    }

    HttpClient client() {
        return client;
    }

    long pid() {
        return process.pid();
    }

    /** The shell that stops the embedded servers. */
    ProcessHandle reaper() {
        return process.children().findFirst().orElseThrow();
    }

    int port() {
        return port;
    }

    String output() {
        return String.join("\n", output);
    }

    /** A process that does not become ready is killed: the caller has nothing to close. */
    BackendProcess awaitReady() {
        boolean ready = false;
        try {
            awaitOutputOfReady();
            ready = true;
            return this;
        } finally {
            if (!ready) {
                process.destroyForcibly();
            }
        }
    }

    private void awaitOutputOfReady() {
        await().atMost(PATIENCE).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + "; output:\n" + output());
            }
            return output().contains("The backend is ready.");
        });
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.send(request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** With an Idempotency-Key. */
    HttpResponse<String> post(String path, String body, String key) throws IOException, InterruptedException {
        return client.send(
                request(path)
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    void signal(String name) throws IOException, InterruptedException {
        kill(name, Long.toString(process.pid()));
    }

    /** Signals all processes of its group, as a terminal does at Ctrl-C. */
    void signalGroup(String name) throws IOException, InterruptedException {
        kill(name, "-" + process.pid());
    }

    private void kill(String name, String whom) throws IOException, InterruptedException {
        signalled = System.nanoTime();
        int code = new ProcessBuilder("kill", "-s", name, "--", whom).start().waitFor();
        if (code != 0) {
            throw new AssertionError("kill -s " + name + " " + whom + " ended with " + code);
        }
    }

    /** Waits for the exit and returns the time since the last signal. */
    Duration awaitExit(int code) throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running; output:\n" + output());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - signalled);
        reader.join(5_000);
        if (process.exitValue() != code) {
            throw new AssertionError(
                    "expected exit code " + code + ", was " + process.exitValue() + "; output:\n" + output());
        }
        return took;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
    }
}
