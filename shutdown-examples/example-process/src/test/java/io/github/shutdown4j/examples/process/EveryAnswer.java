package io.github.shutdown4j.examples.process;

import java.io.IOException;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Stops a server that answers some requests by itself, without the application. */
public final class EveryAnswer {

    private EveryAnswer() {}

    /**
     * For a server as {@link StopsUnderLoad} has it that keeps its port open: its answers to these requests, such as "OPTIONS *",
     * close their connection during the announcement and in the drain, as all answers do.
     */
    public static void closesItsConnection(ChildJvmLauncher server, String... requests) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection held = new HttpConnection(port)) {
            assertThat(held.get("/work?ms=5").status()).isEqualTo(200); // the first request takes long
            assertAnswered(port, false, requests);
            held.send("/work?ms=6000");
            app.signal("TERM");
            await().atMost(ofSeconds(60)).until(() -> isAnnounced(port));
            assertAnswered(port, true, requests);
            await().atMost(ofSeconds(60)).until(() -> AnswersInFlight.refuses(port));
            assertAnswered(port, true, requests);
            assertThat(held.receive()).isEqualTo(new HttpConnection.Answer(200, true));
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofSeconds(2), Example.LIMIT);
    }

    private static boolean isAnnounced(int port) throws IOException {
        try (HttpConnection connection = new HttpConnection(port)) {
            return connection.get("/work?ms=5").last();
        }
    }

    private static void assertAnswered(int port, boolean last, String... requests) throws IOException {
        for (String request : requests) {
            try (HttpConnection connection = new HttpConnection(port)) {
                assertThat(connection.request(request).last())
                        .as("the answer to %s closes its connection", request)
                        .isEqualTo(last);
            }
        }
    }
}
