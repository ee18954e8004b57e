package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stops a server while it processes an HTTP/2 stream that sends nothing for longer than the announcement, and has handled
 * another one whose answer the client does not yet take.
 */
public final class Http2Stop {

    private static final int MILLIS = 2_500;

    /** Each has five bytes: more than a client takes without saying so, and less than it allows at the end. */
    private static final int LINES = 100_000;

    private static final int PLENTY = 1_000_000;

    /** "connection" in the code of RFC 7541, appendix B. */
    private static final byte[] CODED = {0x21, (byte) 0xea, (byte) 0xa8, (byte) 0xa4, 0x49, (byte) 0x8f, 0x57};

    private final int stream;
    private final int large;
    private final List<Http2Connection.Frame> frames;

    private Http2Stop(int stream, int large, List<Http2Connection.Frame> frames) {
        this.stream = stream;
        this.large = large;
        this.frames = frames;
    }

    /** For a server like that of {@link AnswersInFlight}. */
    public static Http2Stop of(ChildJvmLauncher server) throws IOException {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (Http2Connection connection = new Http2Connection(port)) {
            connection.awaitEnd(connection.get("/work?ms=5"));
            connection.allow(0, PLENTY);
            int large = connection.get("/work?ms=5&lines=" + LINES);
            List<Http2Connection.Frame> frames = new ArrayList<>(connection.awaitData(large));
            int stream = connection.get("/work?ms=" + MILLIS);
            frames.addAll(connection.ping());
            app.signal("TERM");
            frames.addAll(connection.awaitEnd(stream));
            await().during(ofMillis(300)).atMost(ofSeconds(60)).until(() -> AnswersInFlight.refuses(port));
            connection.allow(large, PLENTY);
            frames.addAll(connection.awaitClose());
            assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, Example.LIMIT);
            return new Http2Stop(stream, large, frames);
        }
    }

    /** Asserts that both responses were complete, as RFC 9113 requires. */
    public Http2Stop answersTheStream() {
        assertThat(frames)
                .as("the end of the streams")
                .anyMatch(frame -> frame.stream() == stream && frame.endsStream())
                .anyMatch(frame -> frame.stream() == large && frame.endsStream())
                .noneMatch(frame -> frame.type() == Http2Connection.RST_STREAM);
        assertThat(frames)
                .as("the answer")
                .anyMatch(frame ->
                        frame.type() == Http2Connection.DATA && text(frame).contains("done"));
        assertThat(frames)
                .as("fields about a connection, which section 8.2.2 forbids")
                .noneMatch(frame -> frame.type() == Http2Connection.HEADERS
                        && (text(frame).contains("connection") || text(frame).contains(coded())));
        return this;
    }

    /** Asserts that the client got GOAWAY, so that it opens no other stream. */
    public void saysGoaway() {
        assertThat(frames).as("GOAWAY").anyMatch(frame -> frame.type() == Http2Connection.GOAWAY);
    }

    private static String coded() {
        return new String(CODED, StandardCharsets.ISO_8859_1);
    }

    private static String text(Http2Connection.Frame frame) {
        return new String(frame.payload(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return frames.toString();
    }
}
