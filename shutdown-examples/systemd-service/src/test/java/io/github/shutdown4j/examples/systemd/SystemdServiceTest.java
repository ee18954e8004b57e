package io.github.shutdown4j.examples.systemd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged service where there is no systemd. */
@Timeout(120)
class SystemdServiceTest {

    @TempDir
    private Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> output = new CopyOnWriteArrayList<>();
    private int port;
    private Process process;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                        "env",
                        "--default-signal=HUP,INT,TERM",
                        "--unset=NOTIFY_SOCKET",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        System.getProperty("example.jar"))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PORT", Integer.toString(port));
        process = builder.start();
        Thread reader = new Thread(() -> {
            try (var lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(output::add);
            } catch (IOException | UncheckedIOException e) {
                // Killed while we read.
            }
        });
        reader.setDaemon(true);
        reader.start();
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> get("/health/ready").statusCode() == 200);
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(code).isZero();
    }

    @Test
    void whatIsInFlightIsAnsweredNewcomersAreRefusedAndTheCountIsSaved() throws Exception {
        CompletableFuture<HttpResponse<String>> slow =
                client.sendAsync(request("/work?ms=7000"), HttpResponse.BodyHandlers.ofString());
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        long begin = System.nanoTime();
        signal("TERM");
        await().until(() -> get("/health/ready").statusCode() == 503);
        HttpResponse<String> refused = get("/work?ms=1");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("connection")).hasValue("close");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);

        HttpResponse<String> answer = slow.get(20, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("connection")).hasValue("close");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(1_000), Duration.ofSeconds(15));
        assertThat(process.exitValue()).as(() -> String.join("\n", output)).isZero();
        assertThat(Files.readString(folder.resolve("state.json"))).contains("\"finishedRequests\" : 1");
        // Nothing of systemd, and no warning: neither the JVM's about native code, nor ours.
        await().until(() -> output.stream().anyMatch(line -> line.startsWith("Shutdown report: received SIGTERM")));
        assertThat(output).noneMatch(line -> line.contains("WARN") || line.contains("systemd:"));
    }

    @Test
    void settingsAreReadAgainOnHangup() throws Exception {
        assertThat(get("/work?ms=50").statusCode()).isEqualTo(200);
        Files.writeString(folder.resolve("service.properties"), "longest_ms=10\n");
        signal("HUP");
        await().until(() -> get("/work?ms=50").statusCode() == 400);
        signal("TERM");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
