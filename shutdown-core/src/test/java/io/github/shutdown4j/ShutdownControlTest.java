package io.github.shutdown4j;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.InstanceNotFoundException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.Probe;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Control of a coordinator by a JMX client and by a signal for quiet. */
@Timeout(180)
class ShutdownControlTest {

    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();

    private ShutdownCoordinator coordinator;

    @AfterEach
    void end() throws InterruptedException {
        if (coordinator != null) {
            coordinator.shutdown();
            coordinator.await();
        }
    }

    private ShutdownCoordinatorBuilder builder() {
        return ShutdownCoordinator.builder().embedded().timeout(ofSeconds(50)).tracker(requests);
    }

    private void start(ShutdownCoordinatorBuilder builder) throws InterruptedException {
        coordinator = builder.build();
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
    }

    private static ObjectName name(String name) throws Exception {
        return new ObjectName("io.github.shutdown4j:type=ShutdownCoordinator,name=" + name);
    }

    private static ShutdownControlMXBean bean(String name) throws Exception {
        return JMX.newMXBeanProxy(SERVER, name(name), ShutdownControlMXBean.class);
    }

    @Test
    void attributesAreReportedAndShutdownWorksOnce() throws Exception {
        start(builder().mxBean("shop"));
        ShutdownControlMXBean bean = bean("shop");
        assertThat(bean.getPhase()).isEqualTo("running");
        assertThat(bean.isReady()).isTrue();
        assertThat(bean.getReason()).isEmpty();
        assertThat(bean.getUnfinished()).isEmpty();
        assertThat(bean.getPlan()).startsWith("Shutdown plan: at most ").contains("1. 'requests'");
        assertThat(bean.getHealth()).contains("\"ready\":true");
        ConnectionGuard guard = requests.acquire("GET /slow");
        assertThat(bean.getInFlight()).isOne();
        assertThat(bean.getAdmitted()).isOne();
        assertThat(bean.getUnfinished()).contains("GET /slow");
        assertThat(bean.shutdown("ops")).isTrue();
        assertThat(bean.shutdown("ops again")).isFalse();
        assertThat(bean.quiet("ops")).isFalse();
        assertThat(bean.getReason()).isEqualTo("requested by ops");
        assertThat(bean.isReady()).isFalse();
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> bean.getPhase()
                .equals("drain"));
        assertThat(bean.getUnfinished()).contains("GET /slow");
        assertThat(bean.reload()).startsWith("not reloaded: ");
        assertThat(requests.tryAcquire()).isEmpty();
        assertThat(bean.getRefused()).isOne();
        guard.close();
        assertThat(coordinator.await().isClean()).isTrue();
        assertThat(SERVER.isRegistered(name("shop")))
                .as("registered after the end")
                .isFalse();
        assertThatThrownBy(() -> bean.shutdown("late")).hasRootCauseInstanceOf(InstanceNotFoundException.class);
    }

    @Test
    void quietAndReload() throws Exception {
        start(builder().mxBean("shop"));
        ShutdownControlMXBean bean = bean("shop");
        assertThat(bean.reload()).isEqualTo("there are no reload subscribers");
        coordinator.reloader().subscribe("limits", () -> {});
        assertThat(bean.reload()).startsWith("reloaded within ").contains("limits: done");
        coordinator.reloader().subscribe("certificates", () -> {
            throw new IllegalStateException("expired");
        });
        assertThat(bean.reload())
                .startsWith("not all has been reloaded within ")
                .contains("certificates: failed", "expired");
        assertThat(bean.quiet("ops")).isTrue();
        assertThat(bean.quiet("ops")).isFalse();
        assertThat(requests.isClosed()).isTrue();
        assertThat(coordinator.trigger().isRequested()).isFalse();
        assertThatThrownBy(() -> bean.shutdown(" "))
                .isInstanceOfAny(IllegalArgumentException.class, RuntimeMBeanException.class)
                .hasMessageContaining("requestedBy must not be blank");
    }

    @Test
    void interruptedCallerOfAReloadStaysInterrupted() throws Exception {
        start(builder().mxBean("shop"));
        CountDownLatch mayEnd = new CountDownLatch(1);
        coordinator.reloader().subscribe("limits", () -> Probe.await(mayEnd));
        Thread.currentThread().interrupt();
        assertThat(bean("shop").reload()).isEqualTo("interrupted; the reload continues");
        assertThat(Thread.interrupted()).isTrue();
        mayEnd.countDown();
    }

    @Test
    void nameInUseIsRefusedAtTheStartAndNothingIsInstalled() throws Exception {
        start(builder().mxBean("shop"));
        ShutdownCoordinator second =
                ShutdownCoordinator.builder().embedded().mxBean("shop").build();
        assertThatThrownBy(second::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "an MXBean named io.github.shutdown4j:type=ShutdownCoordinator,name=shop is registered already;"
                                + " give each coordinator its own name");
        assertThat(bean("shop").getPhase()).isEqualTo("running");
        coordinator.shutdown();
        coordinator.await();
        second.start(); // the name is free now
        second.shutdown();
        second.await();
    }

    @Test
    void startThatIsRepeatedAfterARefusalLacksNothing() throws Exception {
        start(builder().mxBean("shop"));
        FakeProcess process = new FakeProcess();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        ShutdownCoordinator second = ShutdownCoordinator.builder()
                .returnWhenDone()
                .forTests(Ticker.system(), process)
                .mxBean("shop")
                .build();
        assertThatThrownBy(second::start).isInstanceOf(IllegalStateException.class);
        assertThat(process.hooks()).isEmpty();
        coordinator.shutdown();
        coordinator.await();
        Awaitility.await()
                .until(() -> haltTimersExcept(before).isEmpty()); // the next start might use the one that ends
        second.start();
        try {
            assertThat(process.hooks()).hasSize(1);
            Awaitility.await().until(() -> haltTimersExcept(before).stream()
                    .anyMatch(thread -> thread.getState() == Thread.State.WAITING));
            second.reloader().subscribe("limits", () -> {});
            assertThat(bean("shop").reload()).startsWith("reloaded within ");
        } finally {
            second.shutdown();
            second.await();
        }
        assertThat(process.hooks()).isEmpty();
    }

    private static List<Thread> haltTimersExcept(Set<Thread> known) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown4j-halt-timer") && !known.contains(thread))
                .toList();
    }

    @Test
    void nameMayHaveAnyCharacters() throws Exception {
        start(builder().mxBean("shop: \"a\", b=*"));
        assertThat(SERVER.isRegistered(name(ObjectName.quote("shop: \"a\", b=*"))))
                .isTrue();
    }

    @Test
    void mistakesAreRefusedAtTheCall() {
        assertThatThrownBy(() -> builder().mxBean(" ")).hasMessageContaining("name must not be blank");
        assertThatThrownBy(() -> builder().mxBean("a").mxBean("b"))
                .hasMessage("mxBean was given before; a coordinator has one");
        assertThatThrownBy(() -> builder().quietOn("USR2"))
                .hasMessage("signal must be one of [USR1, WINCH, URG, TSTP, PWR], without \"SIG\", was \"USR2\"");
        assertThatThrownBy(() -> builder().quietOn("USR1").quietOn("WINCH"))
                .hasMessage("quietOn was called before, with \"USR1\"");
        assertThatThrownBy(() -> builder().quietOn("USR1").build())
                .hasMessage("quietOn needs signals, and embedded() takes none");
    }

    @Test
    void signalMakesQuietAndIsGivenBack() throws Exception {
        start(builder());
        QuietSignal signal = new QuietSignal("URG"); // which does nothing to a process without a handler
        try (CapturedLogs logs = CapturedLogs.open()) {
            signal.attach(coordinator);
            assertThat(coordinator.health().isReady()).isTrue();
            String pid = Long.toString(ProcessHandle.current().pid());
            assertThat(new ProcessBuilder("kill", "-URG", pid).start().waitFor())
                    .isZero();
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(requests::isClosed);
            Awaitility.await()
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> logs.texts(Level.INFO).toString().contains("quiet, requested by SIGURG"));
            new QuietSignal("URG").attach(coordinator);
            assertThat(logs.texts(Level.WARN))
                    .containsExactly("signals: SIGURG is already handled by another part of this process");
        }
        signal.detach();
        signal.detach();
        try (CapturedLogs logs = CapturedLogs.open()) {
            QuietSignal again = new QuietSignal("URG");
            again.attach(coordinator);
            assertThat(logs.texts(Level.WARN)).isEmpty();
            again.detach();
        }
        assertThat(coordinator.trigger().isRequested()).isFalse();
        assertThat(coordinator.await(Duration.ZERO)).isEmpty();
    }
}
