package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.examples.backend.TestServers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Responses to requests of which only the head has arrived. */
@Timeout(120)
class RequestGateTest {

    private static final String EXPECTING =
            "POST /jobs HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 12\r\n\r\n";

    private static Socket connect(WebFixture web) throws IOException {
        Socket socket = new Socket("localhost", web.uri("http", "/").getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Reads to the end of a head. */
    private static String head(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    @Test
    void expectContinueIsInvitedWhileWorkIsAcceptedAndRefusedAtOnceAfterwards() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Socket early = connect(web);
                Socket late = connect(web);
                Socket holding = connect(web)) {
            send(early, EXPECTING);
            assertThat(head(early)).startsWith("HTTP/1.1 100 ");
            send(early, "{\"type\":\"A\"}");
            assertThat(head(early)).startsWith("HTTP/1.1 202 ").doesNotContain("close");

            // A WebSocket prolongs the drain for a moment; the refusal is sent meanwhile.
            web.holdDrain(() -> {
                send(late, EXPECTING);
                String answer = head(late);
                assertThat(answer)
                        .startsWith("HTTP/1.1 503 ")
                        .contains("Connection: close", "Retry-After: 5", "application/problem+json", "X-Request-Id");
                send(holding, "OPTIONS * HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n");
                assertThat(head(holding)).startsWith("HTTP/1.1 503 ").contains("mine", "Connection: close");
            });
        }
    }

    @Test
    void aProbeWithATrailingSlashIsServedDuringTheDrain() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Socket socket = connect(web)) {
            web.holdDrain(() -> {
                send(socket, "GET /health/live/ HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(head(socket)).startsWith("HTTP/1.1 200 ");
            });
        }
    }

    @Test
    void theWholeServerHasOptionsAndAnId() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Socket socket = connect(web)) {
            send(socket, "OPTIONS * HTTP/1.1\r\nHost: x\r\nX-Request-Id: mine\r\n\r\n");
            assertThat(head(socket)).startsWith("HTTP/1.1 204 ").contains("Allow: GET, HEAD", "mine");
        }
    }

    @Test
    void oddRequestsAreMistakesOfTheClientAndNoErrorOfTheServer() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            for (String line : List.of(
                    "CONNECT localhost:443",
                    "GET http://localhost",
                    "GET *",
                    "HEAD *",
                    "TRACE /",
                    "PATCH /jobs",
                    "OPTIONS /projects",
                    "GET /projects/%00",
                    "GET /projects/%2e%2e/%2f",
                    "GET /projects/%ff",
                    "GET //projects//",
                    "GET /projects/1;x=y",
                    "GET /jobs/%0d%0a%1b",
                    "GET /jobs/%00",
                    "GET /webjars/../x",
                    "GET /webjars/%00")) {
                try (Socket socket = connect(web)) {
                    send(socket, line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                    assertThat(head(socket)).as(line).matches("(?s)HTTP/1.1 [24]\\d\\d .*");
                }
            }
            assertThat(web.get("/projects").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aMistakeInAStatementIsNoOutageOfTheDatabase() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Connection connection = web.database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter table projects rename column description to something_else");
            try {
                assertThat(web.get("/projects").statusCode()).isEqualTo(500);
            } finally {
                statement.execute("alter table projects rename column something_else to description");
            }
            // Text that a database cannot store is the client's mistake, in any field.
            for (String name : List.of("\\ud800", "\\u0000")) {
                assertThat(web.send("POST", "/projects", "{\"name\":\"x" + name + "y\"}")
                                .statusCode())
                        .as(name)
                        .isIn(201, 400);
            }
        }
    }

    @Test
    void aDatabaseThatHangsLeavesThreadsForTheProbes() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Connection connection = DriverManager.getConnection(TestServers.databaseUrl());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table projects");
            for (int i = 0; i < 300; i++) { // more than the threads of the server
                Socket socket = connect(web);
                waiting.add(socket);
                send(socket, "GET /projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            }
            try (Socket probe = connect(web)) {
                send(probe, "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(head(probe)).startsWith("HTTP/1.1 200 ");
            }
            connection.rollback();
            List<String> answers = new ArrayList<>();
            for (Socket socket : waiting) {
                answers.add(head(socket).substring(9, 12));
            }
            assertThat(answers).containsOnly("200", "503").contains("200", "503");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void aBodyWithoutAnEndIsRefusedOnceItIsTooLong() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Socket socket = connect(web)) {
            send(socket, "POST /jobs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "2000\r\n" + "x".repeat(0x2000) + "\r\n";
            try {
                for (int i = 0; i < 1_000 && socket.getInputStream().available() == 0; i++) {
                    send(socket, chunk);
                }
            } catch (IOException cut) {
                // It accepts no more.
            }
            assertThat(head(socket)).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void requestsInARowAreAnsweredInTheirOrder() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO);
                Socket socket = connect(web)) {
            String get = "GET /health/live HTTP/1.1\r\nHost: x\r\nX-Request-Id: ";
            send(socket, get + "one\r\n\r\n" + get + "two\r\n\r\n" + get + "three\r\nConnection: close\r\n\r\n");
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
            assertThat(answers).containsSubsequence("X-Request-Id: one", "X-Request-Id: two", "X-Request-Id: three");
        }
    }

    @Test
    void anErrorOfAHandlerIsAnsweredAsAProblem() throws Exception {
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            HttpResponse<String> response = web.get("/jobs/overflow");
            assertThat(response.statusCode()).isEqualTo(500);
            assertThat(response.headers().firstValue("content-type").orElseThrow())
                    .startsWith("application/problem+json");
            assertThat(response.body()).contains("\"status\":500", "requestId");
        }
    }

    @Test
    void manyHalfSentBodiesTakeNoThreadAndTheWatchdogFindsNothingWrong() throws Exception {
        List<Socket> halves = new ArrayList<>();
        try (WebFixture web = new WebFixture(Duration.ZERO)) {
            for (int i = 0; i < 300; i++) { // more than the threads of the server
                Socket socket = connect(web);
                halves.add(socket);
                send(socket, "POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"type\"");
            }
            assertThat(web.isResponsive()).isTrue();
            assertThat(web.get("/projects").statusCode()).isEqualTo(200);
            // The answered request releases its permit a moment after its response has arrived.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> web.coordinator.metrics().inFlight() == 0);
            // One of them continues and is served.
            send(halves.get(0), ":\"A\"" + " ".repeat(88) + "}");
            assertThat(head(halves.get(0))).startsWith("HTTP/1.1 202 ");
        } finally {
            for (Socket half : halves) {
                half.close();
            }
        }
    }
}
