package io.github.shutdown4j.examples.process;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;
import io.github.shutdown4j.testing.FreePort;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Stops a server that announces its shutdown for a second, under about 300 requests a second, and counts what was cut
 * on kept and on new connections. A client that keeps a connection gets "Connection: close" during the announcement, so
 * none of its requests may be cut. {@code -Dstops=10} runs ten stops instead of two.
 */
public final class AnnouncedStops {

    private static final int STOPS = Integer.getInteger("stops", 2);

    private AnnouncedStops() {}

    /** For a server that reads its port from the variable PORT and answers {@code /work?ms=N}. */
    public static void cutNoKeptConnection(Supplier<ChildJvmLauncher> server) throws Exception {
        List<KeptAndNewLoad.Cut> cuts = new ArrayList<>();
        long answered = 0;
        for (int i = 0; i < STOPS; i++) {
            int port = FreePort.find();
            ChildJvm app = Example.quick(server.get())
                    .env("PORT", "" + port)
                    .env("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "1")
                    .start();
            await().atMost(Duration.ofSeconds(180)).until(() -> isListening(port));
            KeptAndNewLoad load = KeptAndNewLoad.start(port);
            await().atMost(Duration.ofSeconds(60)).until(() -> load.answered() > 150 && load.slowAnswered() > 0);
            app.signal("TERM");
            load.awaitEnd();
            assertThat(app.awaitExit()).hasExitCode(0);
            assertThat(load.unexpected()).isEmpty();
            cuts.addAll(load.cuts());
            answered += load.answered();
        }
        long kept = cuts.stream().filter(KeptAndNewLoad.Cut::kept).count();
        System.out.println(STOPS + " stops, " + answered + " answered, cut on kept connections " + kept
                + ", on new ones " + (cuts.size() - kept));
        assertThat(kept).as("cut on kept connections: %s", cuts).isZero();
        assertThat(cuts.size() - kept)
                .as("cut on new connections: %s", cuts)
                .isLessThanOrEqualTo((long) KeptAndNewLoad.CLIENTS * STOPS);
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket("localhost", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}
