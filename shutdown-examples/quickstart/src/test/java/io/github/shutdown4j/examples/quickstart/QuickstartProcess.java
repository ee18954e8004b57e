package io.github.shutdown4j.examples.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.examples.process.ThreadDumps;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.ChildJvms;
import io.github.shutdown4j.testing.FreePort;

import static org.awaitility.Awaitility.await;

/** The packaged quickstart in a separate process with its own directory, on a free port; and a client for it. */
final class QuickstartProcess implements AutoCloseable {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final ChildJvm process;

    QuickstartProcess(ChildJvms jvms, Path directory, Map<String, String> environment) {
        port = FreePort.find();
        ChildJvmLauncher launcher = Example.in(directory, jvms).env("PORT", Integer.toString(port));
        environment.forEach(launcher::env);
        process = launcher.start();
    }

    int port() {
        return port;
    }

    QuickstartProcess awaitReady() {
        await().atMost(Duration.ofSeconds(120)).ignoreExceptions().until(() -> status("/health/ready") == 200);
        return this;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> getAsync(String path) {
        return client.sendAsync(request(path), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> head(String path) throws IOException, InterruptedException {
        HttpRequest head = HttpRequest.newBuilder(request(path), (name, value) -> true)
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(head, HttpResponse.BodyHandlers.ofString());
    }

    int status(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(90))
                .build();
    }

    void awaitInFlight(int requests) {
        ThreadDumps.awaitInMethod(process, Quickstart.class, "work", requests);
    }

    void signal(String name) {
        process.signal(name);
    }

    /** Runs a shell script in which {@code $pid} is this process; the time to the exit counts from its beginning. */
    void sh(String script) {
        process.sh(script);
    }

    ChildExit awaitExit() {
        return process.awaitExit();
    }

    @Override
    public void close() {
        process.close();
    }
}
