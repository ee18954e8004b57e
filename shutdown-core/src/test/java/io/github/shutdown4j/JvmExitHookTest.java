package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FailingTicker;
import io.github.shutdown4j.testing.Moments;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownTrigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class JvmExitHookTest {

    private ShutdownTrigger trigger = ShutdownTrigger.create(reason -> {});
    private final FailingTicker ticker = new FailingTicker();
    private final CountDownLatch finished = new CountDownLatch(1);

    @AfterEach
    void end() {
        finished.countDown();
    }

    private JvmExitHook hook() {
        return hook(ShutdownLog.silent(), finished);
    }

    private JvmExitHook hook(ShutdownLog log, CountDownLatch end) {
        CoordinatorComponents components = new CoordinatorComponents(
                new LiveConfig(ShutdownConfig.defaults()),
                ServiceGroup.builder().build(),
                List.of(),
                ResourceManager.withTimeout(Duration.ofSeconds(1)),
                List.of(),
                List.of(),
                Reloader.create(),
                ExitMode.EXIT,
                false,
                Ticker.system(),
                ProcessExit.jvm());
        return new JvmExitHook(
                components,
                trigger,
                end,
                new ExitMonitor(ticker),
                new PhaseProgressMonitor(Ticker.system(), Duration.ofSeconds(5), (phase, unfinished, left) -> {}),
                log);
    }

    @Test
    void interruptDoesNotEndTheWaitForTheShutdown() throws Exception {
        JvmExitHook hook = hook();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            hook.run();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        await().until(trigger::isRequested);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        thread.interrupt();
        await().until(() -> !thread.isAlive()
                || (!thread.isInterrupted() && thread.getState() == Thread.State.TIMED_WAITING)); // it has noticed
        assertThat(thread.isAlive()).isTrue();
        finished.countDown();
        thread.join(60_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(interrupted).isTrue();
    }

    @Test
    void exitThatMeetsTheEndOfAShutdownIsLoggedBeforeTheJvmEnds() throws Exception {
        trigger.request(new ShutdownReason.Requested("the test"));
        Attempts.upToThree(() -> isWrittenBeforeTheHookReturns("the JVM is exiting meanwhile", new CountDownLatch(1)));
    }

    @Test
    void exitThatDoesNotWaitLongerIsLoggedBeforeTheJvmEnds() throws Exception {
        Attempts.upToThree(() -> {
            trigger = ShutdownTrigger.create(reason -> {}); // requested by the hook
            isWrittenBeforeTheHookReturns("the JVM exits without waiting", new CountDownLatch(1) {
                @Override
                public boolean await(long timeout, TimeUnit unit) {
                    return false; // the time is over
                }
            });
        });
    }

    private void isWrittenBeforeTheHookReturns(String text, CountDownLatch finishedMeanwhile) throws Exception {
        AtomicBoolean written = new AtomicBoolean();
        try (var unused = CapturedLogs.failing(line -> {
            if (line.text().contains(text)) {
                finishedMeanwhile.countDown();
                Moments.after(Duration.ofMillis(100));
                written.set(true);
            }
            return false;
        })) {
            hook(ShutdownLog.written(), finishedMeanwhile).run();
            Attempts.inTime(() -> assertThat(written).isTrue()); // the hook waits for half a second
        }
    }

    @Test
    void errorBeforeTheRequestDoesNotPreventIt() throws Exception {
        Thread thread = new Thread(hook(), "hook under test");
        ticker.failAt(thread.getName(), 1);
        thread.start();
        await().until(trigger::isRequested);
        finished.countDown();
        thread.join(60_000);
        assertThat(ticker.hasFailed()).isTrue();
        assertThat(thread.isAlive()).isFalse();
    }
}
