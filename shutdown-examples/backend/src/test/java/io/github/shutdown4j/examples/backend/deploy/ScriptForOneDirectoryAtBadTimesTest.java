package io.github.shutdown4j.examples.backend.deploy;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.systemd.real.Answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The same script with two operators, after a killed script, or without some tools; the backend is a stand-in. */
@Timeout(900)
class ScriptForOneDirectoryAtBadTimesTest extends OneDirectory {

    @Test
    void aStopWaitsForTheProcessThatItStopsAndNotForTheNextOne() throws Exception {
        Process first = standIn("echo >told");
        Process second = null;
        try {
            CompletableFuture<Answer> stop = inBackground(Map.of("STOP_SECONDS", "20"), "stop");
            await().until(() -> Files.exists(home.resolve("told")));
            second = standIn("exit");
            first.destroyForcibly();
            assertAnswer(stop.join(), 0, "Stopped, and started again by another script.\n");
            assertThat(home.resolve("backend.pid")).content().isEqualTo(second.pid() + "\n");
            assertThat(second.isAlive()).isTrue();
        } finally {
            first.destroyForcibly();
            if (second != null) {
                second.destroyForcibly();
            }
        }
    }

    @Test
    void aStartThatWasKilledIsInNobodysWay() throws Exception {
        Files.writeString(home.resolve("backend.log"), "of the run before\n");
        program(home.resolve("jdk/bin/java"), "exit 7");
        Path killer = program(home.resolve("killer/mv"), "kill -KILL $PPID").getParent();
        String jdk = home.resolve("jdk").toString();
        Answer killed = controlWith(Map.of("JAVA_HOME", jdk, "PATH", killer + ":" + System.getenv("PATH")), "start");
        assertThat(killed.exitCode()).as(killed.output()).isEqualTo(137);
        assertThat(home.resolve("backend.starting")).exists();
        Answer next = controlWith(Map.of("JAVA_HOME", jdk), "start");
        assertThat(next.output()).contains("the backend has ended with exit status 7");
        assertThat(home.resolve("backend.starting")).doesNotExist();
    }

    @Test
    void bashWithoutTimeoutCannotAsk() throws Exception {
        Path tools = tools("sh", "bash", "basename", "dirname");
        Answer start = controlWith(Map.of("PATH", tools.toString()), "start");
        assertAnswer(start, 1, "shutdown-backendctl: needs curl, or bash and timeout, or wget; install one of them\n");
    }

    @Test
    void wgetTellsOneThatIsNotReadyFromOneThatDoesNotAnswer() throws Exception {
        Path tools = tools("sh", "cat", "dirname", "sed", "tail", "tr", "wget");
        HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
        server.createContext("/health/", exchange -> {
            boolean live = exchange.getRequestURI().getPath().endsWith("/live");
            byte[] text = (live ? "{\"live\":true}" : "{\"ready\":false}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(live ? 200 : 503, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        server.start();
        Process process = standIn("exit");
        try {
            int port = server.getAddress().getPort();
            Files.writeString(home.resolve("backend.log"), "see http://localhost:" + port + "/docs there\n");
            Answer health = controlWith(Map.of("PATH", tools.toString()), "health");
            assertThat(health.output()).contains("{\"live\":true}", "{\"ready\":false}");
            assertThat(health.exitCode()).isEqualTo(1);
        } finally {
            process.destroyForcibly();
            server.stop(0);
        }
    }

    @Test
    void aLinkToTheScriptFindsTheOthers() throws Exception {
        script = Files.createSymbolicLink(home.resolve("ctl"), script);
        assertThat(control("status")).as(output).isEqualTo(3);
        assertThat(run(Map.of(), List.of("sh", script.toString(), "help")).output())
                .startsWith("usage: shutdown-backendctl VERB");
        assertThat(run(Map.of(), List.of("sh", script.toString(), "nonsense")))
                .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(2))
                .satisfies(answer -> assertThat(answer.output()).endsWith("there is no verb nonsense\n"));
    }
}
