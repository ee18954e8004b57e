package io.github.shutdown4j.examples.process;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Stops a server while clients send the body of a request. */
public final class UploadInFlight {

    private UploadInFlight() {}

    /**
     * For a server as {@link StopsUnderLoad} has it that answers {@code POST /work?ms=N} N milliseconds after it has read the
     * body. One client sends half of it before the stop and half once the drain has begun. Two others leave without the second
     * half, one before the stop and one in the drain; they are not waited for.
     */
    public static void isAnswered(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection upload = new HttpConnection(port);
                HttpConnection leavingLate = new HttpConnection(port)) {
            try (HttpConnection leaving = new HttpConnection(port)) {
                leaving.beginUpload("/work?ms=5");
            }
            assertThat(upload.get("/work?ms=5").status()).isEqualTo(200); // the first request takes long
            upload.beginUpload("/work?ms=5");
            leavingLate.beginUpload("/work?ms=5");
            app.signal("TERM");
            await().atMost(ofSeconds(60)).until(() -> AnswersInFlight.refuses(port));
            leavingLate.close();
            upload.endUpload();
            assertThat(upload.receive()).isEqualTo(new HttpConnection.Answer(200, true));
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), Example.LIMIT);
        assertThat(Example.number(app, "work finished: ")).isGreaterThanOrEqualTo(1);
    }

    /** For such a server: the drain waits for a client that pauses, and the log says for which path. */
    public static void isNamed(ChildJvmLauncher server) throws Exception {
        ChildJvm app = Example.quick(server).logs().env("PORT", "0").start();
        int port = Example.port(app);
        try (HttpConnection upload = new HttpConnection(port)) {
            assertThat(upload.get("/work?ms=5").status()).isEqualTo(200); // the first request takes long
            upload.beginUpload("/work?ms=5");
            app.signal("TERM");
            app.awaitLine("1 unfinished (tracker 'requests': /work for ", ofSeconds(60));
        }
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofSeconds(5), Example.LIMIT);
    }
}
