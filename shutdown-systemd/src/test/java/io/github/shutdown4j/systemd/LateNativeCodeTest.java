package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static java.util.Map.of;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Native code that takes longer to load than a notification waits, as with a slow disk, a virus scanner or swapping.
 */
class LateNativeCodeTest {

    private final FakeTicker ticker = new FakeTicker();
    private final RecordingSocket socket = new RecordingSocket(ticker);
    private final CountDownLatch loaded = new CountDownLatch(1);
    private final CapturedLogs logs = CapturedLogs.open();
    private final SystemdNotifier notifier =
            SystemdNotifier.fromEnvironment(RecordingSocket.environment(of()), ticker, address -> {
                try {
                    loaded.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                return socket;
            });

    @AfterEach
    void end() {
        loaded.countDown();
        notifier.close();
        logs.close();
    }

    @Test
    void readyIsQueuedAndSentInOrderAndOnlyTheFirstCallWaits() throws Exception {
        FutureTask<NotifyResult> status =
                Background.onThread(() -> notifier.send(SystemdMessage.status("waiting for x")));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(10));
        assertThat(status.get().isFailed()).isTrue();
        // From here on nothing waits: the clock does not advance, and the calls return.
        SystemdMessage ready = SystemdMessage.ready().and(SystemdMessage.status("running"));
        assertThat(notifier.send(ready).isFailed()).isTrue();
        assertThat(notifier.send(SystemdMessage.heartbeat()).isFailed()).isTrue();
        assertThat(notifier.send(SystemdMessage.stopping()).isFailed()).isTrue();
        assertThat(logs.texts(Level.WARN))
                .hasSize(2)
                .first()
                .asString()
                .contains("READY=1", "native code is still being loaded", "sent when that is done");
        assertThat(socket.texts()).isEmpty();

        loaded.countDown();
        assertThat(socket.await(2)).containsExactly("READY=1\nSTATUS=running", "STOPPING=1");
        org.awaitility.Awaitility.await()
                .until(() -> notifier.send(SystemdMessage.heartbeat()).isSent());
        assertThat(socket.texts()).containsExactly("READY=1\nSTATUS=running", "STOPPING=1", "WATCHDOG=1");
    }

    @Test
    void aShortWaitDoesNotEndTheWaitsOfOthers() throws Exception {
        FutureTask<NotifyResult> barrier = Background.onThread(() -> notifier.barrier(Duration.ofMillis(50)));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofMillis(50));
        assertThat(barrier.get().isFailed()).isTrue();
        FutureTask<NotifyResult> ready = Background.onThread(() -> notifier.send(SystemdMessage.ready()));
        ticker.awaitSleepers(1);
        loaded.countDown();
        assertThat(ready.get().isSent()).isTrue();
    }

    @Test
    void whatHasDescriptorsIsNotKept() throws Exception {
        FutureTask<NotifyResult> first = Background.onThread(() -> notifier.storeDescriptor("x", 5));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(10));
        assertThat(first.get().isFailed()).isTrue();
        assertThat(logs.texts(Level.WARN)).isEmpty();
    }

    @Test
    void aCallWithAShorterLimitDoesNotKeepOthersFromWaiting() throws Exception {
        FutureTask<NotifyResult> barrier = Background.onThread(() -> notifier.barrier(Duration.ofSeconds(1)));
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(1));
        assertThat(barrier.get().isFailed()).isTrue();
        FutureTask<NotifyResult> status = Background.onThread(() -> notifier.send(SystemdMessage.status("waiting")));
        ticker.awaitSleepers(1);
        loaded.countDown();
        assertThat(status.get().isSent()).isTrue();
    }
}
