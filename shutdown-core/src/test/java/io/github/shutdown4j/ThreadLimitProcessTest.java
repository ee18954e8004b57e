package io.github.shutdown4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.FailingTicker;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;

/** A process that has as many threads as its cgroup allows, like a service at its TasksMax or a pod at its limit. */
class ThreadLimitProcessTest extends CoordinatorProcess {

    private ThreadLimit limit;

    @BeforeEach
    void openLimit() throws Exception {
        limit = ThreadLimit.open();
    }

    @AfterEach
    void closeLimit() throws IOException {
        if (limit != null) {
            limit.close();
        }
    }

    /** Requests the shutdown itself: for a signal the JVM would need a thread. */
    static final class Program {

        public static void main(String[] args) throws Exception {
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .services(ServiceGroup.builder()
                            .add("one", Service.of(() -> {}, () -> System.out.println("one is stopped")))
                            .add("two", Service.of(() -> {}, () -> System.out.println("two is stopped")))
                            .build())
                    .resource(Resource.of("first", 1, () -> System.out.println("first is released")))
                    .resource(Resource.of("second", 2, () -> System.out.println("second is released")))
                    .build();
            EventQueue<String> events =
                    EventQueue.<String>builder("events", Program::write).start();
            coordinator.resources().register(events);
            coordinator.start();
            coordinator.awaitReady(Duration.ofMinutes(1)); // each service has its thread
            System.out.println("ready");
            int unused = System.in.read();
            events.offer("an event");
            coordinator.shutdown("a process without threads");
            coordinator.await();
        }

        private static void write(List<String> batch) {
            batch.forEach(event -> System.out.println(event + " is written"));
        }
    }

    @Test
    void withoutAnyThreadServicesAreStoppedAndResourcesReleasedOnTheOneThatWaits() throws Exception {
        try (ChildJvm child = ready(
                jvms.main(Program.class).quick().jvm("-Xlog:os+thread=off").logs())) {
            limit.applyTo(child);
            child.type("go");
            assertThat(child.awaitExit())
                    .hasExitCode(0)
                    .printed("an event is written", "first is released", "second is released")
                    .printed("one is stopped", "first is released")
                    .printed("two is stopped", "first is released")
                    .printed("cannot create a thread, releasing on the calling one");
        }
    }

    /** Has one connection, which ends when it is notified of the shutdown. */
    static final class Connection {

        public static void main(String[] args) throws Exception {
            ConnectionTracker tracker = ConnectionTracker.create("connections");
            ShutdownCoordinator coordinator =
                    ShutdownCoordinator.builder().tracker(tracker).build();
            ConnectionGuard guard = tracker.acquire();
            guard.onDrain(() -> {
                System.out.println("notified");
                guard.close();
            });
            coordinator.start();
            System.out.println("ready");
            int unused = System.in.read();
            coordinator.shutdown("a process without threads");
            coordinator.await();
        }
    }

    @Test
    void withoutAnyThreadConnectionsAreNotifiedOnTheOneThatWaitsForThem() throws Exception {
        try (ChildJvm child = ready(
                jvms.main(Connection.class).quick().jvm("-Xlog:os+thread=off").logs())) {
            limit.applyTo(child);
            child.type("go");
            assertThat(child.awaitExit())
                    .hasExitCode(0)
                    .printed("notified")
                    .printed("cannot create a thread for callbacks, 1 are waiting")
                    .tookBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
        }
    }

    /** Notifies two connections, evenly over a minute if it has a thread for that. */
    static final class PacedConnections {

        public static void main(String[] args) throws Exception {
            ConnectionTracker tracker = ConnectionTracker.builder("connections")
                    .spread(Duration.ofMinutes(1))
                    .build();
            for (String name : List.of("one", "two")) {
                ConnectionGuard guard = tracker.acquire();
                guard.onDrain(() -> {
                    System.out.println(name + " is notified");
                    guard.close();
                });
            }
            System.out.println("ready");
            int unused = System.in.read();
            tracker.close();
            System.out.println(
                    "drained: " + tracker.drain(Duration.ofSeconds(50)).outcome());
        }
    }

    @Test
    void withoutAThreadToPaceThemConnectionsAreNotifiedAtOnce() throws Exception {
        try (ChildJvm child = ready(jvms.main(PacedConnections.class)
                .quick()
                .jvm("-Xlog:os+thread=off")
                .logs())) {
            limit.applyTo(child);
            child.type("go");
            assertThat(child.awaitExit())
                    .hasExitCode(0)
                    .printed("one is notified", "two is notified")
                    .printed("cannot create a thread to pace 2 onDrain callbacks, calling them at once")
                    .printed("drained: DONE")
                    .tookBetween(Duration.ZERO, Duration.ofSeconds(20));
        }
    }

    /** Requests a reload for each line that is typed. */
    static final class Reloads {

        public static void main(String[] args) throws Exception {
            Reloader reloader = Reloader.create();
            reloader.subscribe("config", () -> System.out.println("reloaded"));
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            CountDownLatch answered = new CountDownLatch(2);
            System.out.println("ready");
            for (int i = 0; i < 2; i++) {
                String line = lines.readLine();
                reloader.reload(line).whenComplete((report, failure) -> {
                    System.out.println(line + ": " + (failure == null ? "clean " + report.isClean() : failure));
                    answered.countDown();
                });
            }
            answered.await();
        }
    }

    @Test
    void reloadThatHasNoThreadFailsAndTheNextOneSucceedsOnceThereIsOne() throws Exception {
        try (ChildJvm child = ready(
                jvms.main(Reloads.class).quick().jvm("-Xlog:os+thread=off").logs())) {
            limit.applyTo(child);
            child.type("first");
            child.awaitLine("could not begin, requested by first");
            limit.lift(child);
            child.type("second");
            assertThat(child.awaitExit())
                    .hasExitCode(0)
                    .printed("first: java.lang.OutOfMemoryError")
                    .printed("reloaded")
                    .printed("second: clean true");
        }
    }

    /** Runs a health check for each line that is typed; the second time its failure cannot be stored. */
    static final class Health {

        public static void main(String[] args) throws Exception {
            FailingTicker ticker = new FailingTicker();
            NamedHealthCheck check =
                    new NamedHealthCheck("db", () -> true, Duration.ofMinutes(1), Duration.ZERO, ticker);
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.out.println("ready");
            for (int i = 1; i <= 3; i++) {
                String line = lines.readLine();
                if (i == 2) {
                    ticker.failAt("main", 4); // after those of the start of the run
                }
                System.out.println(line + ": " + ask(check));
            }
        }

        private static String ask(NamedHealthCheck check) {
            try {
                check.refresh();
                return check.await().toString();
            } catch (InternalError pretended) {
                return pretended.toString();
            }
        }
    }

    @Test
    void healthCheckThatHasNoThreadIsNotHealthyAndRunsAgainOnceThereIsOne() throws Exception {
        try (ChildJvm child =
                ready(jvms.main(Health.class).quick().jvm("-Xlog:os+thread=off").logs())) {
            limit.applyTo(child);
            child.type("first").type("second");
            child.awaitLine("second: java.lang.InternalError");
            limit.lift(child);
            child.type("third");
            assertThat(child.awaitExit()).hasExitCode(0).printed("detail=cannot create thread", "healthy=true");
        }
    }

    /** Ends each of its steps when a line is typed, and prints on which thread a resource is released. */
    static final class Steps {

        public static void main(String[] args) throws Exception {
            CountDownLatch typed = new CountDownLatch(1);
            ConnectionTracker tracker = ConnectionTracker.create("connections");
            ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                    .tracker(tracker)
                    .resource(Resource.of("first", 1, () -> {
                        System.out.println("first on " + Thread.currentThread().getName());
                        typed.await();
                    }))
                    .resource(Resource.of(
                            "second",
                            1,
                            () -> System.out.println(
                                    "second on " + Thread.currentThread().getName())))
                    .build();
            coordinator.trigger().subscribe(reason -> System.out.println("the subscriber is called"));
            coordinator.start();
            ConnectionGuard guard = tracker.acquire();
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            CountDownLatch request = new CountDownLatch(1);
            Thread requester = new Thread(() -> request(coordinator, request), "requester");
            requester.start();
            System.out.println("ready");
            String go = lines.readLine();
            request.countDown();
            String endOfDrain = lines.readLine();
            guard.close();
            String endOfFirst = lines.readLine();
            typed.countDown();
            coordinator.await();
        }

        /** Without threads, the whole shutdown runs on the thread of the request. */
        private static void request(ShutdownCoordinator coordinator, CountDownLatch request) {
            try {
                request.await();
                coordinator.shutdown("a process without threads");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void threadsThatCanBeCreatedAgainAreUsedByTheNextResource() throws Exception {
        try (ChildJvm child =
                ready(jvms.main(Steps.class).quick().jvm("-Xlog:os+thread=off").logs())) {
            limit.applyTo(child);
            child.type("go").type("end of the drain");
            child.awaitLine("first on ");
            limit.lift(child);
            child.type("end of the first");
            assertThat(child.awaitExit()).hasExitCode(0).printed("first on requester", "second on shutdown4j-release");
        }
    }

    @Test
    void subscriberThatHadNoThreadIsCalledOnceThereIsOne() throws Exception {
        try (ChildJvm child =
                ready(jvms.main(Steps.class).quick().jvm("-Xlog:os+thread=off").logs())) {
            limit.applyTo(child);
            child.type("go");
            child.awaitLine("cannot create a thread for callbacks");
            limit.lift(child);
            child.awaitLine("the subscriber is called");
            child.type("end of the drain").type("end of the first");
            assertThat(child.awaitExit()).hasExitCode(0).printed("the subscriber is called", "first on ");
        }
    }
}
