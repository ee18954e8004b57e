package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;

/** Failures that must neither end the heartbeats nor trigger the watchdog. */
class SystemdWatchdogFailureTest extends SystemdWatchdogFixture {

    @Test
    void theTriggerIsNotSentOnceTheStopIsOnItsWay() {
        AtomicBoolean healthy = new AtomicBoolean(true);
        start(builder().healthCheck(healthy::get).triggerWhenUnhealthy());
        socket.await(1);
        awaitDueIn(INTERVAL);
        socket.refuse(text -> {
            if (text.contains("STOPPING")) { // health is lost while the stop is being sent
                healthy.set(false);
                ticker.advance(INTERVAL);
                Awaitility.await().until(() -> !logs.texts(Level.WARN).isEmpty());
            }
            return false;
        });
        watchdog.stopping(SystemdMessage.status("bye"));
        assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("withheld", "returned false");
        assertThat(socket.texts()).containsExactly(BEAT, "STOPPING=1\nSTATUS=bye");
    }

    @Test
    void anOverrunIsNoTrigger() {
        start(builder().triggerWhenUnhealthy());
        socket.await(1);
        awaitDueIn(INTERVAL);
        watchdog.onPhaseStarted(Duration.ZERO);
        ticker.advance(Duration.ofSeconds(2));
        Awaitility.await().until(() -> !logs.texts(Level.WARN).isEmpty());
        assertThat(logs.texts(Level.WARN)).singleElement().asString().contains("withheld", "the shutdown hangs");
        awaitDueIn(INTERVAL);
        assertThat(socket.texts()).containsExactly(BEAT);
    }

    @Test
    void aCheckThatLeavesAnInterruptBehindRunsAgain() {
        start(builder().healthCheck(() -> {
            boolean clean = !Thread.currentThread().isInterrupted();
            Thread.currentThread().interrupt();
            return clean;
        }));
        socket.await(1);
        nextHeartbeat();
        socket.await(2);
        nextHeartbeat();
        socket.await(3);
        assertThat(logs.texts(Level.WARN)).isEmpty();
    }

    @Test
    void aCheckWhoseFailureHasNoTextIsNotHealthy() {
        start(builder().healthCheck(() -> {
            throw new IllegalStateException() {
                @Override
                public String toString() {
                    throw new InternalError("on purpose");
                }
            };
        }));
        Awaitility.await().until(() -> logs.texts(Level.WARN).size() == 1);
        assertThat(logs.texts(Level.WARN)).first().asString().contains("the health check failed");
    }

    @Test
    void aHeartbeatThatFailsIsNotTheLast() {
        AtomicInteger failures = new AtomicInteger(2);
        start(builder());
        socket.await(1);
        socket.refuse(text -> {
            if (failures.getAndDecrement() > 0) {
                throw new InternalError("on purpose");
            }
            return false;
        });
        nextHeartbeat();
        nextHeartbeat();
        nextHeartbeat();
        socket.await(2);
        assertThat(logs.texts(Level.ERROR)).singleElement().asString().contains("internal error", "continuing");
    }

    @Test
    void anInterruptIsNotTheEndOfTheHeartbeats() {
        start(builder());
        socket.await(1);
        awaitDueIn(INTERVAL);
        long waits = ticker.waits();
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown4j-systemd-watchdog"))
                .forEach(Thread::interrupt);
        Awaitility.await().until(() -> ticker.waits() > waits);
        nextHeartbeat();
        socket.await(2);
    }

    @Test
    void aCheckThatIsNoLongerNeededIsNotInterrupted() throws Exception {
        CountDownLatch checked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        start(builder().healthCheck(() -> {
            checked.countDown();
            awaitForever(release);
            return interrupted.complete(Thread.currentThread().isInterrupted());
        }));
        checked.await();
        watchdog.endHealthCheck();
        release.countDown();
        assertThat(interrupted.get(60, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void heartbeatsContinueIfSystemdCannotBeNotifiedOfTheClose() {
        start(builder());
        socket.await(1);
        socket.refuse(text -> text.contains("USEC"));
        watchdog.close();
        nextHeartbeat();
        socket.await(2);
        socket.refuse(text -> false);
        watchdog.close();
        assertThat(socket.texts()).containsExactly(BEAT, BEAT, "WATCHDOG_USEC=0");
    }

    @Test
    void heartbeatsEndWithTheNotifier() {
        start(builder());
        socket.await(1);
        awaitDueIn(INTERVAL);
        notifier.close();
        long waits = ticker.waits();
        ticker.advance(INTERVAL);
        Awaitility.await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("shutdown4j-systemd-watchdog")));
        assertThat(ticker.waits()).isEqualTo(waits);
    }
}
