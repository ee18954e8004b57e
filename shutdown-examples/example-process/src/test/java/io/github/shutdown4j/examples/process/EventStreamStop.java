package io.github.shutdown4j.examples.process;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops a server while clients read server-sent events, which never end by themselves. */
public final class EventStreamStop {

    private EventStreamStop() {}

    /**
     * For a server as {@link StopsUnderLoad} has it that sends an event for {@code /events} and then nothing. The drain ends
     * the stream as a regular response, and does not wait for a client that has left.
     */
    public static void endsTheStream(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection events = new HttpConnection(port)) {
            try (HttpConnection leaving = new HttpConnection(port)) {
                leaving.send("/events");
                leaving.awaitAnswer();
            }
            events.send("/events");
            events.awaitAnswer();
            app.signal("TERM");
            assertThat(events.receive().status()).isEqualTo(200); // to its last chunk
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
    }
}
