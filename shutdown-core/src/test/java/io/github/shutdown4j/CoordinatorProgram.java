package io.github.shutdown4j;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ForceOn;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.ClassLoadLog;
import io.github.shutdown4j.testing.Latches;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.ProgramArguments;
import io.github.shutdown4j.testing.TypedLines;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * The program of the process tests: a coordinator with the parts that the arguments name. It prints {@code ready} once
 * it is ready, {@code phase NAME} for each phase and {@code finished CODE} with the report, and executes commands from
 * standard input.
 */
final class CoordinatorProgram {

    private static final List<String> TYPED_LINES = List.of(
            "shutdown",
            "quiet",
            "exit7",
            "exit8-virtual",
            "exit-in-guard",
            "term-in-guard",
            "halt9",
            "end-main",
            "answer",
            "throw",
            "json",
            "mark",
            "threads");

    /** A state of an application. */
    private record Progress(long done, List<String> names, Instant at) {}

    private final ProgramArguments args;
    private final ConnectionTracker work =
            ConnectionTracker.builder("work").details(GuardDetails.on()).build();
    /** For services, which are built before the coordinator. */
    private final CompletableFuture<ShutdownCoordinator> built = new CompletableFuture<>();

    private final CountDownLatch endOfMain = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicLong saves = new AtomicLong();

    private CoordinatorProgram(String[] args) {
        this.args = ProgramArguments.of(args);
    }

    public static void main(String[] args) throws Exception {
        new CoordinatorProgram(args).run();
    }

    private void run() throws Exception {
        long timeout = args.number("timeout", 60_000);
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(Duration.ofMillis(timeout))
                .saveTimeout(Duration.ofMillis(args.number("save-timeout", timeout / 10)))
                .drainTimeout(Duration.ofMillis(args.number("drain-timeout", timeout)))
                .forceDelay(Duration.ofMillis(args.number("force-delay", 5_000)))
                .forceOn(ForceOn.valueOf(args.value("force-on", "INTERRUPT")))
                .forceQuit(!args.has("no-force"))
                .progressInterval(Duration.ofMillis(args.number("progress", 5_000)))
                .build();
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .config(config)
                .tracker(work)
                .services(CoordinatorProgramServices.of(args, built))
                .listener(new Printer());
        if (args.has("return-when-done")) {
            builder.returnWhenDone();
        }
        if (args.has("state")) {
            CheckpointStore<Long> store = CheckpointStore.json(Path.of(args.value("state", "")), Long.class);
            var unused = store.load(); // as applications do; the store is warm once the load returns
            builder.checkpoint(Checkpoint.every(Duration.ofMillis(20), store, saves::incrementAndGet));
        }
        if (args.has("unsaved-state")) {
            CheckpointStore<Progress> store =
                    CheckpointStore.json(Path.of(args.value("unsaved-state", "")), Progress.class);
            var unused = store.load();
            Progress progress = new Progress(7, List.of("a"), Instant.EPOCH);
            builder.checkpoint(Checkpoint.every(Duration.ofHours(1), store, () -> progress));
        }
        if (args.has("watch-uncaught")) {
            builder.shutdownOnUncaughtException();
        }
        ShutdownCoordinator coordinator = builder.build();
        built.complete(coordinator);
        OwnThreads.keepExitForListeners(coordinator);
        addResources(coordinator);
        addForeignHooks(coordinator);
        if (args.has("in-flight")) {
            hold(coordinator, args.number("in-flight", 0));
        }
        if (args.has("reload")) {
            coordinator.reloader().subscribe("program", () -> System.out.println("reloaded"));
        }
        if (args.has("non-daemon")) {
            new Thread(CoordinatorProgram::blockForever, "stubborn").start();
        }
        TypedLines.obey(line -> obey(coordinator, line));
        if (args.has("return-from-main")) {
            coordinator.start();
            coordinator.awaitReady(Duration.ofSeconds(60));
            System.out.println("ready");
            endOfMain.await();
            if (args.has("error-in-main")) {
                throw new AssertionError("nobody catches this");
            }
            return;
        }
        coordinator.run();
        System.out.println("returned");
        endOfMain.await();
    }

    private void addResources(ShutdownCoordinator coordinator) {
        ResourceManager resources = coordinator.resources();
        resources.register(Resource.of("early", 1, () -> System.out.println("released early")));
        if (args.has("hung-resource")) {
            resources.register(Resource.of("hung", 5, CoordinatorProgram::blockForever));
        }
        if (args.has("slow-resource")) {
            resources.register(Resource.of("slow", 5, () -> {
                System.out.println("releasing slow");
                Thread.sleep(60_000);
            }));
        }
        if (args.has("failing-resource")) {
            resources.register(Resource.of("failing", 5, () -> {
                throw new IOException("cannot close");
            }));
        }
        if (args.has("exit-in-resource")) {
            resources.register(Resource.of("exiting", 5, () -> System.exit(3)));
        }
        if (args.has("shutdown-in-resource")) {
            resources.register(Resource.of("asking", 5, () -> coordinator.shutdown("a resource")));
        }
        resources.register(Resource.of("late", 200, () -> System.out.println("released late")));
    }

    private void addForeignHooks(ShutdownCoordinator coordinator) {
        if (args.has("hung-hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(CoordinatorProgram::blockForever, "foreign"));
        }
        if (args.has("requesting-hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                coordinator.shutdown("a hook");
                System.out.println("hook asked");
            }));
        }
        if (args.has("logging-hook")) { // like the logging library's own hook, which runs concurrently with ours
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                CapturedLogs.failing();
                System.out.println("logging closed");
            }));
        }
        if (args.has("marking-hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hooks ran")));
        }
    }

    /** A request that takes this long from the request for the shutdown, or from now. */
    private void hold(ShutdownCoordinator coordinator, long millis) {
        Thread holder = new Thread(
                () -> {
                    try (ConnectionGuard guard = work.acquire("request")) {
                        System.out.println("holding");
                        if (!args.has("from-the-start")) {
                            coordinator.trigger().await();
                        }
                        if (args.has("until-answer")) {
                            answer.await();
                        }
                        Thread.sleep(millis);
                        System.out.println("answered");
                    } catch (InterruptedException e) {
                        System.out.println("interrupted");
                    }
                },
                "holder");
        holder.setDaemon(true);
        holder.start();
    }

    private void obey(ShutdownCoordinator coordinator, String line) {
        switch (line) {
            case "shutdown" -> System.out.println("asked: " + coordinator.shutdown("a typed line"));
            case "quiet" -> System.out.println("quiet: " + coordinator.quiet("a typed line"));
            case "exit-in-guard" -> new Thread(this::exitInGuard, "handler").start();
            case "term-in-guard" -> new Thread(() -> termInGuard(coordinator), "handler").start();
            case "json" ->
                System.out.println(ShutdownReport.of(
                                new ShutdownReason.JvmExiting(), Instant.EPOCH, Duration.ZERO, true, List.of())
                        .toJson());
            case "mark" -> ClassLoadLog.mark();
            case "threads" -> OwnThreads.print();
            case "exit7" -> new Thread(() -> System.exit(7), "exiter").start();
            case "exit8-virtual" -> OwnThreads.startVirtual("the virtual one", () -> System.exit(8));
            case "halt9" -> Runtime.getRuntime().halt(9);
            case "end-main" -> endOfMain.countDown();
            case "answer" -> answer.countDown();
            case "throw" ->
                new Thread(
                                () -> {
                                    throw new IllegalStateException("nobody catches this");
                                },
                                "thrower")
                        .start();
            default -> throw new IllegalArgumentException(line + " is none of " + TYPED_LINES);
        }
    }

    private void exitInGuard() {
        try (ConnectionGuard guard = work.acquire("exiting request")) {
            System.out.println("exiting with " + guard);
            System.exit(5);
        }
    }

    /** A request that sends SIGTERM to its own process and then takes another second. */
    private void termInGuard(ShutdownCoordinator coordinator) {
        try (ConnectionGuard guard = work.acquire("signalling request")) {
            new ProcessBuilder(
                            "kill",
                            "-TERM",
                            Long.toString(ProcessHandle.current().pid()))
                    .start();
            coordinator.trigger().await();
            Thread.sleep(1_000);
            System.out.println("answered");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static void blockForever() {
        Latches.ignoreInterrupts(new CountDownLatch(1));
    }

    private static final class Printer implements ShutdownListener {

        @Override
        public void onReady() {
            System.out.println("ready");
        }

        @Override
        public void onShutdown(ShutdownReason reason) {
            System.out.println("reason " + reason.text());
        }

        @Override
        public void onPhaseStarted(ShutdownPhase phase, Duration budget) {
            System.out.println("phase " + phase);
        }

        @Override
        public void onFinished(ShutdownReport report) {
            System.out.println("finished " + report.exitCode());
        }
    }
}
