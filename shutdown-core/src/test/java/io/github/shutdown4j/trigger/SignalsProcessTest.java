package io.github.shutdown4j.trigger;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.testing.ChildExit;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvmLauncher;

import static org.assertj.core.api.Assertions.assertThat;

/** The effects of signals on real processes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX signals")
@Execution(ExecutionMode.CONCURRENT)
class SignalsProcessTest {

    private static final Duration AT_ONCE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Executes typed commands; every request and every hook prints a line. */
    static final class Program {

        private static final AtomicInteger DELIVERIES = new AtomicInteger();

        public static void main(String[] args) throws Exception {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
            ShutdownTrigger trigger = ShutdownTrigger.create();
            Reloader reloader = Reloader.create();
            SignalHandler handler = args.length > 0 && args[0].equals("count")
                    ? SignalHandler.install(Set.of(ShutdownSignal.values()), Program::count)
                    : SignalHandler.install(trigger);
            reloader.listenForSighup();
            trigger.subscribe(reason -> {
                System.out.println("notified: " + reason.text());
                System.out.flush();
                if (args.length == 0) {
                    System.exit(0);
                }
            });
            System.out.println("ready " + handler.installed());
            Subscription subscription = () -> {};
            try (Scanner in = new Scanner(System.in)) {
                while (in.hasNextLine()) {
                    String command = in.nextLine();
                    switch (command) {
                        case "close" -> handler.close();
                        case "subscribe" ->
                            subscription = reloader.subscribe("config", () -> System.out.println("reloaded"));
                        case "unsubscribe" -> subscription.close();
                        case "stop" -> reloader.stop();
                        case "cycles" -> cycles(handler);
                        case "exit" -> System.exit(0);
                        case "deliveries" -> System.out.println("deliveries " + DELIVERIES.get());
                        default -> throw new IllegalArgumentException(command);
                    }
                    System.out.println("done " + command);
                }
            }
        }

        private static void count(ShutdownSignal signal) {
            System.out.println("handled " + signal + " loader "
                    + (Thread.currentThread().getContextClassLoader() == Program.class.getClassLoader()));
            if (DELIVERIES.incrementAndGet() == 1) {
                throw new IllegalStateException("handler on purpose");
            }
        }

        private static void cycles(SignalHandler open) throws InterruptedException {
            open.close();
            WeakReference<ShutdownTrigger> last = null;
            for (int i = 0; i < 500; i++) {
                last = cycle();
            }
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (ourThreads() > 0 && System.nanoTime() - until < 0) {
                Thread.sleep(10);
            }
            System.out.println("threads " + ourThreads());
            System.gc();
            System.out.println("pinned " + (last.get() != null));
        }

        private static WeakReference<ShutdownTrigger> cycle() {
            ShutdownTrigger trigger = ShutdownTrigger.create();
            SignalHandler handler = SignalHandler.install(trigger);
            Reloader reloader = Reloader.create();
            reloader.subscribe("config", () -> {});
            reloader.listenForSighup();
            reloader.reload("cycle").toCompletableFuture().join();
            reloader.close();
            handler.close();
            return new WeakReference<>(trigger);
        }

        private static long ourThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(t -> t.getName().startsWith("shutdown4j"))
                    .count();
        }
    }

    @Test
    void terminateAndInterruptAreRequests() {
        for (ShutdownSignal signal : ShutdownSignal.values()) {
            try (ChildJvm child = program().start()) {
                child.awaitLine("ready [SIGINT, SIGTERM]");
                child.signal(signal.shortName());
                child.assertExit(0).within(Duration.ZERO, AT_ONCE);
                assertThat(child.out())
                        .containsExactly("ready [SIGINT, SIGTERM]", "notified: received " + signal, "hook");
                assertThat(child.err()).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("TERM and INT at once: one reason, one notification, one shutdown (scenario 5)")
    void terminateAndInterruptAtOnceAreOneShutdown() {
        int repetitions = Integer.getInteger("shutdown4j.test.repetitions", 20);
        for (int i = 0; i < repetitions; i++) {
            try (ChildJvm child = program().start()) {
                child.awaitLine("ready");
                if (i % 2 == 0) {
                    child.sh("kill -TERM $pid; kill -INT $pid 2>&1 || true");
                } else {
                    child.sh("kill -INT $pid; sleep 0.001; kill -TERM $pid 2>&1 || true");
                }
                child.assertExit(0).within(Duration.ZERO, AT_ONCE);
                assertThat(child.out())
                        .filteredOn(l -> l.startsWith("notified"))
                        .hasSize(1);
                assertThat(child.out()).filteredOn(l -> l.equals("hook")).hasSize(1);
            }
        }
    }

    @Test
    @DisplayName("TERM at any moment of the start: the JVM's default or a full shutdown, never a hang (scenario 7)")
    void terminateAtAnyMomentOfTheStart() {
        int repetitions = Integer.getInteger("shutdown4j.test.repetitions", 12);
        for (int i = 0; i < repetitions; i++) {
            try (ChildJvm child = program().start()) {
                child.sh("sleep " + 0.4 * i / repetitions + "; kill -TERM $pid");
                ChildExit exit = child.awaitExit(PATIENCE);
                int code = exit.brokeOffVmStart() ? 143 : exit.code();
                assertThat(code).as(() -> "output: " + child.lines()).isIn(0, 143);
                assertThat(child.out())
                        .filteredOn(l -> l.startsWith("notified"))
                        .hasSize(code == 0 ? 1 : 0);
                assertThat(child.out()).filteredOn(l -> l.equals("hook")).hasSizeBetween(code == 0 ? 1 : 0, 1);
            }
        }
    }

    @Test
    @DisplayName("after the close a signal has the JVM's default effect (scenario 15)")
    void closeGivesTheJvmsOwnReactionBack() {
        try (ChildJvm child = program().start()) {
            child.awaitLine("ready");
            child.type("close").awaitLine("done close");
            child.signal("TERM");
            child.assertExit(143).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).doesNotContain("notified: received SIGTERM").endsWith("hook");
        }
    }

    @Test
    void everyDeliveryIsHandledAndOneThatThrowsIsLogged() {
        try (ChildJvm child = program().args("count").start()) {
            child.awaitLine("ready");
            child.signal("TERM").awaitLine("handled SIGTERM loader true");
            child.awaitLine("signals: the handler of SIGTERM failed");
            child.signal("INT").awaitLine("handled SIGINT loader true");
            child.signal("TERM").awaitLines("handled SIGTERM", 2, PATIENCE);
            assertThat(child.isAlive()).isTrue();
            child.type("close").awaitLine("done close");
            child.signal("TERM");
            child.assertExit(143).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).filteredOn(l -> l.startsWith("handled")).hasSize(3);
            assertThat(child.out()).endsWith("hook");
        }
    }

    @Test
    void thousandSignalsInASecondAreSurvived() {
        try (ChildJvm child = program().args("stay").start()) {
            child.awaitLine("ready");
            child.sh("i=0; while [ $i -lt 1000 ]; do kill -TERM $pid; i=$((i+1)); done");
            child.awaitLine("notified: received SIGTERM");
            // Not closed: the JVM may still be delivering some of them, which would then end it.
            child.type("stop").awaitLine("done stop");
            assertThat(child.out()).filteredOn(l -> l.startsWith("notified")).hasSize(1);
            assertThat(child.isAlive()).isTrue();
            child.type("exit");
            child.assertExit(0).within(Duration.ZERO, AT_ONCE);
            assertThat(child.err()).isEmpty();
            assertThat(child.out()).filteredOn(l -> l.startsWith("notified")).hasSize(1);
            assertThat(child.out()).endsWith("hook");
        }
    }

    @Test
    void underXrsTheSignalKillsAndThatIsLogged() {
        try (ChildJvm child = program().jvm("-Xrs").start()) {
            child.awaitLine("ready []");
            for (String name : Set.of("SIGTERM", "SIGINT")) {
                assertThat(child.awaitLine(name + " cannot be handled").text())
                        .startsWith("WARN")
                        .contains("-Xrs", "without JVM shutdown hooks");
            }
            child.type("subscribe").awaitLine("done subscribe");
            assertThat(child.awaitLine("SIGHUP cannot be handled").text()).startsWith("INFO");
            child.signal("TERM");
            child.assertExit(143).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).doesNotContain("hook");
        }
    }

    @Test
    void inheritedIgnoredInterruptIsLoggedAndStaysIgnored() {
        try (ChildJvm child = program().ignoring("INT").start()) {
            child.awaitLine("ready [SIGTERM]");
            assertThat(child.awaitLine("SIGINT stays ignored").text()).startsWith("INFO");
            child.signal("INT");
            child.type("close").awaitLine("done close");
            child.signal("INT");
            child.type("stop").awaitLine("done stop");
            assertThat(child.out()).doesNotContain("notified: received SIGINT", "hook");
            assertThat(child.err()).noneMatch(line -> line.contains("another handler"));
            child.signal("TERM");
            child.assertExit(143).within(Duration.ZERO, AT_ONCE);
        }
    }

    @Test
    void ignoredInterruptLeavesTerminateWorking() {
        try (ChildJvm child = program().ignoring("INT").start()) {
            child.awaitLine("ready [SIGTERM]");
            child.signal("INT", "TERM");
            child.assertExit(0).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).contains("notified: received SIGTERM");
        }
    }

    @Test
    @DisplayName("HUP reloads while there is a subscriber, and has the JVM's default effect otherwise (scenario 14)")
    void hangupIsAReloadWhileThereIsASubscriber() {
        try (ChildJvm child = program().start()) {
            child.awaitLine("ready");
            child.type("subscribe").awaitLine("done subscribe");
            child.signal("HUP").awaitLine("reloaded");
            child.awaitLine("1 of 1 subscribers succeeded");
            child.signal("HUP").awaitLines("reloaded", 2, PATIENCE);
            child.type("unsubscribe").awaitLine("done unsubscribe");
            assertThat(child.out()).doesNotContain("hook").noneMatch(l -> l.startsWith("notified"));
            child.signal("HUP");
            child.assertExit(129).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).endsWith("hook");
        }
    }

    @Test
    void hangupDuringTheShutdownKillsNothing() {
        try (ChildJvm child = program().start()) {
            child.awaitLine("ready");
            child.type("subscribe").type("stop").type("unsubscribe").awaitLine("done unsubscribe");
            child.signal("HUP").awaitLine("SIGHUP has no effect, shutting down");
            child.signal("TERM");
            child.assertExit(0).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).doesNotContain("reloaded");
        }
    }

    @Test
    void underNohupHangupStaysIgnoredAndThatIsLogged() {
        try (ChildJvm child = program().under("nohup").start()) {
            child.awaitLine("ready [SIGINT, SIGTERM]");
            child.type("subscribe").awaitLine("done subscribe");
            assertThat(child.awaitLine("SIGHUP stays ignored").text()).startsWith("WARN");
            child.signal("HUP");
            child.type("unsubscribe").awaitLine("done unsubscribe");
            child.signal("HUP", "TERM");
            child.assertExit(0).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).doesNotContain("reloaded").contains("notified: received SIGTERM");
        }
    }

    @Test
    @DisplayName("QUIT prints the stacks, and the process continues (scenario 13)")
    void quitStillDumpsThreads() {
        try (ChildJvm child = program().start()) {
            child.awaitLine("ready");
            child.signal("QUIT");
            child.awaitLine("Full thread dump");
            child.awaitLine("SignalsProcessTest$Program.main");
            child.type("stop").awaitLine("done stop");
            child.signal("TERM");
            child.assertExit(0).within(Duration.ZERO, AT_ONCE);
        }
    }

    @Test
    void runtimeWithoutJdkUnsupportedLogsItAndLeavesSignalsToTheJvm() {
        try (ChildJvm child =
                program().jvm("--limit-modules", "java.base,java.logging").start()) {
            child.awaitLine("ready []");
            for (String name : Set.of("SIGTERM", "SIGINT")) {
                assertThat(child.awaitLine(name + " cannot be handled").text())
                        .startsWith("WARN")
                        .contains("no module jdk.unsupported", "shutdown hooks");
            }
            child.signal("TERM");
            child.assertExit(143).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).endsWith("hook");
        }
    }

    @Test
    @DisplayName("500 cycles leave no thread and no handler (scenario 92)")
    void manyCyclesLeaveNothing() {
        try (ChildJvm child = program().args("stay").start()) {
            child.awaitLine("ready");
            child.type("cycles").awaitLine("done cycles");
            assertThat(child.out()).contains("threads 0", "pinned false");
            child.signal("TERM");
            child.assertExit(143).within(Duration.ZERO, AT_ONCE);
            assertThat(child.out()).endsWith("hook").noneMatch(l -> l.startsWith("notified"));
        }
    }

    private static ChildJvmLauncher program() {
        return ChildJvm.of(Program.class).logs();
    }
}
