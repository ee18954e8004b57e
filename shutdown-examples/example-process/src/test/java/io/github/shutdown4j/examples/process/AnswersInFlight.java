package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.time.Duration;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stops a server that still works on one request, and has handled another one but cannot write its answer, because the
 * client does not read.
 */
public final class AnswersInFlight {

    /** Each has five bytes: more than the buffers of both sockets hold. */
    private static final int LINES = 2_000_000;

    private AnswersInFlight() {}

    /**
     * For a server as {@link StopsUnderLoad} has it that answers {@code /work?ms=N&lines=M} with M times "done" and a line
     * feed. The client asks for the many lines together with a request before them, and reads them some time after the answer
     * of another client has arrived, when the server waits for nothing else. A third client leaves before its answer, and is
     * not waited for; nor is a request on which the handler of the application fails. From the announcement on, the answer to
     * such a request closes its connection as well.
     */
    public static void areWritten(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection reader = HttpConnection.withSmallBuffer(port);
                HttpConnection other = new HttpConnection(port)) {
            reader.send("/work?ms=500", "/work?ms=5&lines=" + LINES);
            assertThat(reader.receive()).isEqualTo(new HttpConnection.Answer(200, false));
            reader.awaitAnswer();
            try (HttpConnection leaving = new HttpConnection(port)) {
                leaving.send("/work?ms=2500");
            }
            try (HttpConnection failing = new HttpConnection(port)) {
                assertThat(failing.get("/work?ms=none").status()).isBetween(400, 500);
            }
            other.beginUpload("/work?ms=5"); // in progress for as long as the client sends
            app.signal("TERM");
            await().atMost(ofSeconds(60)).until(() -> announces(port));
            failingRequestClosesItsConnection(port);
            await().atMost(ofSeconds(60)).until(() -> refuses(port));
            other.endUpload();
            assertThat(other.receive()).isEqualTo(new HttpConnection.Answer(200, true));
            await().during(ofMillis(300)).atMost(ofSeconds(60)).until(() -> refuses(port));
            assertThat(reader.receive().status()).isEqualTo(200);
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
    }

    /** For the same server: the only client reads its answer so long after the signal. */
    public static void areWrittenAfter(Duration pause, ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection reader = HttpConnection.withSmallBuffer(port)) {
            reader.send("/work?ms=5&lines=" + LINES);
            reader.awaitAnswer();
            app.signal("TERM");
            await().pollDelay(pause).atMost(ofSeconds(60)).until(() -> refuses(port));
            assertThat(reader.receive().status()).isEqualTo(200);
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(pause, Example.LIMIT);
    }

    /** Whether an answer closes its connection, or there is none any more. */
    private static boolean announces(int port) {
        try (HttpConnection other = new HttpConnection(port)) {
            return other.get("/work?ms=5").last();
        } catch (IOException closed) {
            return true;
        }
    }

    /** During the announcement; on a stalled machine the drain has begun meanwhile. */
    private static void failingRequestClosesItsConnection(int port) {
        HttpConnection.Answer failure;
        try (HttpConnection failing = new HttpConnection(port)) {
            failure = failing.get("/work?ms=none");
        } catch (IOException closed) {
            assertThat(refuses(port)).as("the drain has begun: %s", closed).isTrue();
            return;
        }
        assertThat(failure.status()).isBetween(400, 503); // the last from the drain
        assertThat(failure.last()).as("the answer closes its connection").isTrue();
    }

    /** Whether a new request gets 503, or no connection. */
    static boolean refuses(int port) {
        try (HttpConnection other = new HttpConnection(port)) {
            return other.get("/work?ms=5").status() == 503;
        } catch (IOException closed) {
            return true;
        }
    }
}
