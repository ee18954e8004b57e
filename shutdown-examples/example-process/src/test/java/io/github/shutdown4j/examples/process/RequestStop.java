package io.github.shutdown4j.examples.process;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops a server that works on one request for longer than the announcement takes. */
public final class RequestStop {

    private RequestStop() {}

    /**
     * For a server as {@link StopsUnderLoad} has it: it answers the request and closes the connection, and does not wait for a
     * client that has left before its answer.
     */
    public static void isAnswered(ChildJvmLauncher server) throws Exception {
        ChildJvm app = server.quick().env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection connection = new HttpConnection(port)) {
            assertThat(connection.get("/work?ms=5").status()).isEqualTo(200);
            connection.send("/work?ms=2000");
            try (HttpConnection other = new HttpConnection(port)) {
                other.send("/work?ms=2000");
            }
            app.signal("TERM");
            assertThat(connection.receive()).isEqualTo(new HttpConnection.Answer(200, true));
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), ofSeconds(20));
    }
}
