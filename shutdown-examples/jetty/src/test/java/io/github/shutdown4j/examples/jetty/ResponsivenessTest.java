package io.github.shutdown4j.examples.jetty;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

// scenario 84
@Timeout(120)
class ResponsivenessTest {

    private static final int THREADS = 4;

    private final Server server = new Server(new QueuedThreadPool(THREADS, THREADS));
    private final CountDownLatch released = new CountDownLatch(1);

    private Responsiveness within(Duration patience) {
        return new Responsiveness(server, patience);
    }

    @AfterEach
    void end() throws Exception {
        released.countDown();
        server.stop();
    }

    /** All threads, like requests that wait for one another. */
    private void blockAllThreads() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            server.getThreadPool().execute(() -> {
                stuck.countDown();
                try {
                    released.await();
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        stuck.await();
    }

    @Test
    void aServerWithAThreadToSpareIsResponsive() throws Exception {
        server.start();
        Responsiveness responsiveness = within(Duration.ofSeconds(30));
        for (int i = 0; i < 3; i++) {
            assertThat(responsiveness.isResponsive()).isTrue();
        }
    }

    @Test
    void aServerWhoseThreadsAreAllStuckIsNotAndTheAnswerComesInTime() throws Exception {
        server.start();
        blockAllThreads();
        long start = System.nanoTime();
        assertThat(within(Duration.ofMillis(200)).isResponsive()).isFalse();
        // The expected wait; the upper bound is for a loaded machine.
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(10));
        assertThat(server.isRunning()).as("what is no answer to this question").isTrue();
    }

    @Test
    void whatHasWaitedForAThreadAndGotOneCounts() throws Exception {
        server.start();
        blockAllThreads();
        Responsiveness responsiveness = within(Duration.ofMillis(10));
        assertThat(responsiveness.isResponsive()).isFalse();
        assertThat(responsiveness.isResponsive()).isFalse();
        assertThat(((QueuedThreadPool) server.getThreadPool()).getQueueSize())
                .as("asked once")
                .isEqualTo(1);
        released.countDown();
        assertThat(within(Duration.ofSeconds(30)).isResponsive()).isTrue();
        await().atMost(Duration.ofSeconds(60)).until(responsiveness::isResponsive);
    }

    @Test
    void thereIsNoAlarmBeforeTheStartAndAfterTheStop() throws Exception {
        Responsiveness responsiveness = within(Duration.ofSeconds(30));
        assertThat(responsiveness.isResponsive()).isTrue();
        server.start();
        assertThat(responsiveness.isResponsive()).isTrue();
        server.stop();
        assertThat(responsiveness.isResponsive()).isTrue();
    }
}
