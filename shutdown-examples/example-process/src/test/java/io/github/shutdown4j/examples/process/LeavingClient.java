package io.github.shutdown4j.examples.process;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops a server that works on a request whose client has left. */
public final class LeavingClient {

    private LeavingClient() {}

    /** For a server as {@link StopsUnderLoad} has it: the work is finished, and counted, before the server is closed. */
    public static void workIsFinished(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection other = new HttpConnection(port)) {
            try (HttpConnection leaving = new HttpConnection(port)) {
                assertThat(leaving.get("/work?ms=5").status()).isEqualTo(200); // the first request takes long
                leaving.send("/work?ms=4000");
                assertThat(other.get("/work?ms=300").status()).isEqualTo(200);
            }
            app.signal("TERM");
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
        assertThat(Example.number(app, "work finished: ")).isEqualTo(3);
    }
}
