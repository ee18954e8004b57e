package io.github.shutdown4j;

import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(180)
class ProcessHooksTest {

    private final FakeProcess process = new FakeProcess();
    private final UncaughtExceptionHandler formerHandler = Thread.getDefaultUncaughtExceptionHandler();

    @AfterEach
    void restoreHandler() {
        Thread.setDefaultUncaughtExceptionHandler(formerHandler);
    }

    private ProcessHooks take() {
        return ProcessHooks.install(process, signal -> {}, () -> {});
    }

    /** A process that accepts no hook. */
    private static ProcessExit refusing(RuntimeException why) {
        return new ProcessExit() {
            @Override
            public void exit(int code) {
                throw new AssertionError("exit");
            }

            @Override
            public void halt(int code) {
                throw new AssertionError("halt");
            }

            @Override
            public void addHook(Thread hook) {
                throw why;
            }

            @Override
            public void removeHook(Thread hook) {
                throw new AssertionError("there is no hook");
            }
        };
    }

    private static void throwInThread(Error failure) throws InterruptedException {
        Thread thread = new Thread(
                () -> {
                    throw failure;
                },
                "thrower");
        thread.start();
        thread.join();
    }

    @Test
    void takesAndGivesBackTheHook() {
        ProcessHooks hold = take();
        assertThat(process.hooks()).singleElement().satisfies(hook -> {
            assertThat(hook.getName()).isEqualTo("shutdown4j-hook");
            assertThat(hook.getState()).isEqualTo(Thread.State.NEW);
        });
        hold.close();
        assertThat(process.hooks()).isEmpty();
        take().close(); // the signals are free again
    }

    @Test
    void whenTheJvmIsExitingTheSignalsAreGivenBack() {
        assertThatThrownBy(() -> ProcessHooks.install(
                        refusing(new IllegalStateException("Shutdown in progress")), signal -> {}, () -> {}))
                .isInstanceOf(ShuttingDownException.class)
                .hasMessage("the JVM is already exiting; a coordinator can no longer start");
        take().close();
    }

    @Test
    void whenTheHookIsRefusedForAnotherReasonTheSignalsAreGivenBackToo() {
        SecurityException why = new SecurityException("no hooks here");
        assertThatThrownBy(() -> ProcessHooks.install(refusing(why), signal -> {}, () -> {}))
                .isSameAs(why);
        take().close();
    }

    @Test
    void coordinatorThatComesTooLateHasStartedNothingAndMayTryAgain() {
        AtomicInteger starts = new AtomicInteger();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .returnWhenDone()
                .services(ServiceGroup.builder()
                        .add("s", Service.of(starts::incrementAndGet, () -> {}))
                        .build())
                .forTests(Ticker.system(), refusing(new IllegalStateException("Shutdown in progress")))
                .build();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(coordinator::start).isInstanceOf(ShuttingDownException.class);
        }
        assertThat(starts).hasValue(0);
        take().close();
    }

    @Test
    void uncaughtExceptionGoesToTheFormerHandlerFirstAndThenToUs() throws Exception {
        List<String> events = new ArrayList<>();
        UncaughtExceptionHandler former = (thread, failure) -> events.add("former " + failure.getMessage());
        Thread.setDefaultUncaughtExceptionHandler(former);
        ProcessHooks hold = take();
        hold.forwardUncaught((thread, failure) -> events.add(thread.getName() + " " + failure.getMessage()));
        throwInThread(new Error("one"));
        hold.close();
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(former);
        throwInThread(new Error("two"));
        assertThat(events).containsExactly("former one", "thrower one", "former two");
    }

    @Test
    void formerHandlerThatThrowsDoesNotKeepItFromUs() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            throw new IllegalStateException("former is broken");
        });
        List<String> events = new ArrayList<>();
        try (ProcessHooks hold = take()) {
            hold.forwardUncaught((thread, failure) -> events.add(failure.getMessage()));
            throwInThread(new Error("one"));
        }
        assertThat(events).containsExactly("one");
    }

    @Test
    void withoutAFormerHandlerItIsLogged() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(null);
        try (CapturedLogs logs = CapturedLogs.open();
                ProcessHooks hold = take()) {
            hold.forwardUncaught((thread, failure) -> {});
            throwInThread(new Error("one"));
            await().untilAsserted(() -> assertThat(logs.texts(Level.ERROR))
                    .singleElement()
                    .asString()
                    .startsWith("Shutdown: uncaught exception in thread 'thrower'")
                    .contains("java.lang.Error: one"));
        }
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isNull();
    }

    @Test
    void aLogThatBlocksDoesNotKeepItFromUs() throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(null);
        CountDownLatch forwarded = new CountDownLatch(1);
        try (CapturedLogs logs = CapturedLogs.failing(line -> line.level() == Level.ERROR && awaited(forwarded));
                ProcessHooks hold = take()) {
            hold.forwardUncaught((thread, failure) -> forwarded.countDown());
            Thread thrower = new Thread(() -> {
                throw new Error("one");
            });
            thrower.start();
            boolean inTime = forwarded.await(20, TimeUnit.SECONDS);
            forwarded.countDown();
            thrower.join();
            assertThat(inTime).isTrue();
            await().untilAsserted(() -> assertThat(logs.texts(Level.ERROR)).hasSize(1));
        }
    }

    /** Blocks a logger until then; false, so that it does not throw. */
    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Test
    void handlerThatOtherCodeHasSetSinceStays() {
        ProcessHooks hold = take();
        hold.forwardUncaught((thread, failure) -> {});
        UncaughtExceptionHandler later = (thread, failure) -> {};
        Thread.setDefaultUncaughtExceptionHandler(later);
        hold.close();
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(later);
    }

    /** Like every virtual thread without a name. */
    @Test
    void exceptionInAThreadWithoutANameEndsTheProcessToo() throws Exception {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .returnWhenDone()
                .shutdownOnUncaughtException()
                .forTests(Ticker.system(), process)
                .build();
        coordinator.start();
        Thread thread = new Thread(
                () -> {
                    throw new IllegalStateException("nobody catches this");
                },
                "");
        thread.start();
        thread.join();
        Optional<ShutdownReport> report = coordinator.await(Duration.ofSeconds(60));
        if (report.isEmpty()) {
            coordinator.shutdown("the test"); // for the next one
        }
        assertThat(report).isPresent();
        assertThat(report.get().reason().text())
                .contains("uncaught exception in thread '#" + thread.getId() + "'", "nobody catches this");
    }

    @Test
    void uncaughtExceptionForWhichThereIsNoMemoryIsStillAReason() {
        Thread nameless = new Thread("") {
            @Override
            public long getId() {
                throw new OutOfMemoryError("as for a text");
            }
        };
        ShutdownReason reason = ProcessHooks.reasonOf(nameless, new IllegalStateException());
        assertThat(reason.isFailure()).isTrue();
        assertThat(reason.text()).contains("uncaught exception", "no memory for the reason");
    }
}
