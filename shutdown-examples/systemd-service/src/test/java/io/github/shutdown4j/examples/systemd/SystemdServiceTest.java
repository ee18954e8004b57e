package io.github.shutdown4j.examples.systemd;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.ThreadDumps;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.FreePort;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The packaged service without systemd. */
@Timeout(300)
class SystemdServiceTest {

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int port;
    private ChildJvm service;

    @BeforeEach
    void start() {
        port = FreePort.find();
        service = Example.in(directory, jvms)
                .under("env", "--unset=NOTIFY_SOCKET")
                .env("PORT", Integer.toString(port))
                .start();
        await().atMost(Duration.ofSeconds(120))
                .ignoreExceptions()
                .until(() -> get("/health/ready").statusCode() == 200);
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(90))
                .build();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatIsInFlightIsAnsweredNewcomersAreRefusedAndTheCountIsSaved() throws Exception {
        CompletableFuture<HttpResponse<String>> slow =
                client.sendAsync(request("/work?ms=9000"), HttpResponse.BodyHandlers.ofString());
        ThreadDumps.awaitInMethod(service, SystemdService.class, "work", 1);
        service.signal("TERM");
        await().atMost(Duration.ofSeconds(60)).until(() -> get("/health/ready").statusCode() == 503);
        // Until the announcement is over, requests are still processed, on a loaded machine for a moment.
        HttpResponse<String> refused = get("/work?ms=1");
        int finished = 1;
        while (refused.statusCode() == 200) {
            finished++;
            refused = get("/work?ms=1");
        }
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("connection")).hasValue("close");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);

        HttpResponse<String> answer = slow.get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("connection")).hasValue("close");
        assertThat(service.awaitExit())
                .hasExitCode(0)
                .tookBetween(Duration.ofMillis(100), Duration.ofSeconds(28))
                .printed("Shutdown report: received SIGTERM")
                // No message about systemd, and no warning: neither the JVM's about native code nor ours.
                .didNotPrint("WARN")
                .didNotPrint("systemd:");
        assertThat(Files.readString(directory.resolve("state.json")))
                .containsPattern("\"finishedRequests\" : " + finished + "\\b");
    }

    @Test
    void settingsAreReadAgainOnHangup() throws Exception {
        assertThat(get("/work?ms=50").statusCode()).isEqualTo(200);
        Files.writeString(directory.resolve("service.properties"), "longest_ms=10\n");
        service.signal("HUP");
        await().atMost(Duration.ofSeconds(60)).until(() -> get("/work?ms=50").statusCode() == 400);
        assertThat(service.signal("TERM").awaitExit()).hasExitCode(0);
    }
}
