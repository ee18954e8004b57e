package io.github.shutdown4j.examples.process;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops a server to which a client has sent several requests at once. */
public final class PipelineStop {

    private PipelineStop() {}

    /**
     * For a server as {@link StopsUnderLoad} has it. The first request takes longer than the announcement, so the server may
     * refuse the others, or close the connection before them, but not handle one that it does not answer.
     */
    public static void losesNothing(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        int answered;
        try (HttpConnection connection = new HttpConnection(port)) {
            assertThat(connection.get("/work?ms=5").status()).isEqualTo(200); // the first request takes long
            connection.send("/work?ms=4000", "/work?ms=100", "/work?ms=5");
            app.signal("TERM");
            HttpConnection.Answer first = connection.receive();
            assertThat(first.status()).isEqualTo(200);
            answered = 2 + answeredAfter(first, connection);
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
        assertThat(Example.number(app, "work finished: ")).isEqualTo(answered);
    }

    /** A client ignores what follows an answer that closes its connection. */
    private static int answeredAfter(HttpConnection.Answer first, HttpConnection connection) throws IOException {
        int answered = 0;
        HttpConnection.Answer answer = first;
        try {
            for (int open = 2; open > 0 && !answer.last(); open--) {
                answer = connection.receive();
                answered += answer.status() == 200 ? 1 : 0;
            }
        } catch (EOFException | SocketException closed) {
            return answered;
        }
        return answered;
    }
}
