package io.github.shutdown4j.examples.process;

import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops a server that works on requests which ask for a WebSocket at a path that has none. */
public final class DeclinedUpgrade {

    private DeclinedUpgrade() {}

    /**
     * For a server as {@link StopsUnderLoad} has it: they are requests like any other, so one is answered, and the work for
     * another, whose client leaves, is finished.
     */
    public static void isWaitedFor(ChildJvmLauncher server) throws Exception {
        ChildJvmLauncher launcher = Example.quick(server).env("PORT", "0");
        Attempts.upToThree(() -> stop(launcher.start()));
    }

    private static void stop(ChildJvm app) throws Exception {
        int port = Example.port(app);
        HttpConnection.Answer answer;
        try (HttpConnection asking = new HttpConnection(port);
                HttpConnection other = new HttpConnection(port)) {
            try (HttpConnection leaving = new HttpConnection(port)) {
                assertThat(asking.get("/work?ms=5").status()).isEqualTo(200); // the first request takes long
                asking.sendUpgrade("/work?ms=4000");
                leaving.sendUpgrade("/work?ms=5000");
                assertThat(other.get("/work?ms=300").status()).isEqualTo(200);
            }
            app.signal("TERM");
            answer = asking.receive();
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
        assertThat(Example.number(app, "work finished: ")).isEqualTo(4);
        assertThat(answer.status()).isEqualTo(200);
        Attempts.inTime(() ->
                assertThat(answer.last()).as("answered after the announcement").isTrue());
    }
}
