package io.github.shutdown4j.examples.process;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops a server while a request waits for something that the drain ends. */
public final class LongPollStop {

    private LongPollStop() {}

    /**
     * For a server as {@link StopsUnderLoad} has it that passes {@code GET /poll} on to another of its handlers once the drain
     * has begun. The request is in flight, so it is answered, although no other is admitted any more.
     */
    public static void isAnswered(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection poll = new HttpConnection(port);
                HttpConnection other = new HttpConnection(port)) {
            poll.send("/poll");
            assertThat(other.get("/work?ms=5").status()).isEqualTo(200);
            app.signal("TERM");
            assertThat(poll.receive()).isEqualTo(new HttpConnection.Answer(200, true));
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
    }
}
