package io.github.shutdown4j.examples.backend;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A headless Chromium with one open page, controlled by the DevTools protocol. */
final class Browser implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket page;
    private final Answers answers = new Answers();

    private Browser(Process process, String url) throws Exception {
        this.process = process;
        URI tools = URI.create(devTools(process));
        String open = "http://127.0.0.1:" + tools.getPort() + "/json/new?" + url;
        String opened = client.send(
                        HttpRequest.newBuilder(URI.create(open))
                                .method("PUT", BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString())
                .body();
        String socket = JSON.readTree(opened).get("webSocketDebuggerUrl").asText();
        page = client.newWebSocketBuilder()
                .buildAsync(URI.create(socket), answers)
                .get(60, TimeUnit.SECONDS);
    }

    /** Skips the test if there is none. */
    static Browser open(Path directory, String url) throws Exception {
        Optional<Path> program = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(program.isPresent(), "needs chromium");
        Process process = new ProcessBuilder(List.of(
                        program.get().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--remote-debugging-port=0",
                        "--remote-allow-origins=*",
                        "--user-data-dir=" + directory.resolve("browser"),
                        "about:blank"))
                .redirectErrorStream(true)
                .start();
        try {
            return new Browser(process, url);
        } catch (Exception | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Keeps reading, so that it never blocks in a write. */
    private static String devTools(Process process) throws Exception {
        CompletableFuture<String> found = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (var lines = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                        lines.lines()
                                .filter(line -> line.startsWith("DevTools listening on "))
                                .forEach(line -> found.complete(line.substring(22)));
                    } catch (IOException | UncheckedIOException e) {
                        // Killed during the read.
                    }
                    found.completeExceptionally(new IOException("the browser has ended"));
                },
                "browser-output");
        reader.setDaemon(true);
        reader.start();
        return found.get(60, TimeUnit.SECONDS);
    }

    /** The visible text. */
    String text() throws Exception {
        return evaluate("document.body ? document.body.innerText : ''");
    }

    String evaluate(String expression) throws Exception {
        int id = answers.next();
        CompletableFuture<JsonNode> answer = answers.expect(id);
        String message = JSON.writeValueAsString(
                Map.of("id", id, "method", "Runtime.evaluate", "params", Map.of("expression", expression)));
        page.sendText(message, true).get(60, TimeUnit.SECONDS);
        return answer.get(60, TimeUnit.SECONDS).at("/result/result/value").asText();
    }

    void awaitText(Predicate<String> expected) {
        await().until(this::text, expected);
    }

    @Override
    public void close() throws InterruptedException {
        page.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    private static final class Answers implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();
        private int last;
        private int expected;
        private CompletableFuture<JsonNode> answer = new CompletableFuture<>();

        synchronized int next() {
            return ++last;
        }

        synchronized CompletableFuture<JsonNode> expect(int id) {
            expected = id;
            answer = new CompletableFuture<>();
            return answer;
        }

        @Override
        public synchronized CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean complete) {
            text.append(data);
            if (complete) {
                try {
                    JsonNode message = JSON.readTree(text.toString());
                    if (message.path("id").asInt() == expected) {
                        answer.complete(message);
                    }
                } catch (IOException e) {
                    answer.completeExceptionally(e);
                }
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}
