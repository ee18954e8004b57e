package io.github.shutdown4j;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.testing.FakeTicker;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class ExitMonitorTest {

    private final FakeTicker ticker = new FakeTicker();
    private final ExitMonitor monitor = new ExitMonitor(ticker);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void endThreads() {
        end.countDown();
    }

    private void startThread(String name, boolean daemon) {
        Thread thread = new Thread(
                () -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(daemon);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
    }

    @Test
    void namesTheThreadsThatCameSince() {
        startThread("old", false);
        monitor.beforeExit(Duration.ofMinutes(1));
        startThread("hook", true);
        ticker.advance(ofSeconds(3));
        assertThat(monitor.describeHooks())
                .contains("a JVM shutdown hook, or a thread it started, for 3 s, on thread \"hook\"", "CountDownLatch")
                .doesNotContain("\"old\"", "\"" + Thread.currentThread().getName() + "\"");
    }

    @Test
    void inAnExitOfOtherCodeEveryNonDaemonThreadIsACandidate() {
        startThread("perhaps", false);
        startThread("helper", true);
        monitor.duringExit();
        ticker.advance(ofSeconds(2));
        assertThat(monitor.describeHooks())
                .contains("a thread, perhaps a JVM shutdown hook, for 2 s, on thread \"perhaps\"")
                .doesNotContain("\"helper\"");
    }

    @Test
    void withoutAnExitThereIsNothingToSay() {
        startThread("some", false);
        assertThat(monitor.describeHooks()).isEmpty();
    }
}
