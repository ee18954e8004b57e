package io.github.shutdown4j.systemd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;

/** The barrier, against a real datagram socket. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux")
class BarrierTest {

    @TempDir
    Path directory;

    @Test
    void barrierReturnsWhenTheManagerHasReadAllBefore() throws Exception {
        try (ManagerStub manager =
                        ManagerStub.thatDoesNotRead(directory.resolve("notify")).closingDescriptors();
                SystemdNotifier notifier = manager.notifier()) {
            notifier.send(SystemdMessage.status("before"));
            Thread wakes = new Thread(manager::startReading);
            long start = System.nanoTime();
            wakes.start();
            assertThat(notifier.barrier(Duration.ofSeconds(60)).isSent()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(50));
            assertThat(manager.texts()).startsWith("STATUS=before");
            assertThat(manager.await(2).get(1).text()).isEqualTo("BARRIER=1");
        }
    }

    @Test
    void barrierIsTriedAgainUntilTheQueueHasRoom() throws Exception {
        FakeTicker ticker = new FakeTicker();
        try (ManagerStub manager =
                        ManagerStub.thatDoesNotRead(directory.resolve("notify")).closingDescriptors();
                SystemdNotifier notifier = manager.notifier(Map.of(), ticker)) {
            while (notifier.send(SystemdMessage.heartbeat()).isSent()) {
                // until it is full
            }
            CompletableFuture<NotifyResult> barrier =
                    CompletableFuture.supplyAsync(() -> notifier.barrier(Duration.ofSeconds(30)));
            ticker.awaitSleepers(1);
            ticker.advance(Duration.ofMillis(2));
            ticker.awaitSleepers(1); // without success, and the pause doubles
            assertThat(barrier).isNotDone();
            manager.startReading();
            manager.await(1);
            ticker.advance(Duration.ofMillis(4));
            assertThat(barrier.get(60, TimeUnit.SECONDS).isSent()).isTrue();
        }
    }

    @Test
    void barrierEndsAtItsTimeout() throws Exception {
        try (ManagerStub manager = ManagerStub.thatDoesNotRead(directory.resolve("notify"));
                SystemdNotifier notifier = manager.notifier();
                CapturedLogs logs = CapturedLogs.open()) {
            notifier.send(SystemdMessage.heartbeat());
            long start = System.nanoTime();
            NotifyResult result = notifier.barrier(Duration.ofMillis(150));
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(result).isInstanceOfSatisfying(NotifyResult.Failed.class, failed -> assertThat(failed.errno())
                    .isEqualTo(OptionalInt.of(Errno.ETIMEDOUT.number())));
            assertThat(took).isBetween(Duration.ofMillis(145), Duration.ofSeconds(45));
            assertThat(logs.texts(Level.WARN)).hasSize(1);
        }
    }
}
