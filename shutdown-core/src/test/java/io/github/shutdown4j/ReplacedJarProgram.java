package io.github.shutdown4j;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.testing.ClassLoadLog;
import io.github.shutdown4j.testing.Latches;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.ProgramArguments;
import io.github.shutdown4j.testing.TypedLines;

/**
 * Shuts down as the typed command says. It prints {@code ready} first, {@code marked} once all classes that a shutdown
 * needs are loaded, and then {@code stopped}, {@code released} and {@code reports}.
 */
final class ReplacedJarProgram {

    private final ProgramArguments args;
    private final CountDownLatch endOfMain = new CountDownLatch(1);
    private final CountDownLatch startUpFailure = new CountDownLatch(1);
    private final CompletableFuture<Void> serviceFailure = new CompletableFuture<>();
    private final List<CheckpointStore<?>> stores = new ArrayList<>();

    private ReplacedJarProgram(String... args) {
        this.args = ProgramArguments.of(args);
    }

    public static void main(String[] args) throws Exception {
        new ReplacedJarProgram(args).run();
    }

    private void run() throws Exception {
        ConnectionTracker requests = ConnectionTracker.builder("requests")
                .details(args.has("details") ? GuardDetails.on() : GuardDetails.off())
                .build();
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .config(ShutdownConfig.builder()
                        .timeout(Duration.ofMillis(args.number("timeout", 60_000)))
                        .forceDelay(Duration.ofMillis(args.has("hung hook") ? 300 : 10_000))
                        .build())
                .tracker(requests)
                .resource(Resource.of("early", 1, () -> System.out.println("released")));
        addServices(builder);
        addResources(builder);
        if (args.has("state")) {
            CheckpointStore<Long> store = CheckpointStore.json(Path.of(args.value("state", "")), Long.class);
            var unused = store.load();
            stores.add(store);
            builder.checkpoint(Checkpoint.of(store, () -> 7L));
        }
        if (args.has("big state")) { // too large for memory, and nothing was loaded
            CheckpointStore<String> store = CheckpointStore.json(Path.of(args.value("big state", "")), String.class);
            stores.add(store);
            builder.checkpoint(Checkpoint.of(store, () -> "x".repeat((1 << 20) + 1)));
        }
        if (args.has("reports")) {
            builder.onFinished(ReplacedJarProgram::print);
        }
        if (args.has("uncaught")) {
            builder.shutdownOnUncaughtException();
        }
        if (args.has("embedded")) {
            builder.embedded();
        }
        if (args.has("mx bean")) {
            builder.mxBean("replaced");
        }
        ShutdownCoordinator coordinator = builder.build();
        if (args.has("reports")) {
            OwnThreads.keepExitForListeners(coordinator);
        }
        if (args.has("probe")) {
            ShutdownHealth health = coordinator.health();
            coordinator
                    .resources()
                    .register(Resource.of("probe", () -> System.out.println("probed " + health.toJson())));
        }
        coordinator.reloader().subscribe("reload", () -> {
            if (args.has("reconfigured")) {
                coordinator.reconfigure(
                        ShutdownConfig.builder().timeout(Duration.ofSeconds(50)).build());
            }
            System.out.println("reloaded");
        });
        if (args.has("request")) {
            hold(coordinator, requests);
        }
        if (args.has("hung hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(ReplacedJarProgram::blockForever, "foreign"));
        }
        if (args.has("start-up fails")) {
            coordinator.run(() -> {
                awaitTypedLines(coordinator);
                startUpFailure.await();
                throw new IOException("no database");
            });
        }
        coordinator.start();
        awaitTypedLines(coordinator);
        if (args.has("embedded")) {
            System.out.println("returned " + coordinator.await().exitCode());
        } else {
            endOfMain.await();
        }
    }

    private void awaitTypedLines(ShutdownCoordinator coordinator) throws Exception {
        coordinator.awaitReady(Duration.ofSeconds(60));
        for (CheckpointStore<?> store : stores) {
            var unused = store.lastRun(); // after what the store does in the background, to prepare itself
        }
        TypedLines.obey(line -> obey(coordinator, line));
        System.out.println("ready");
    }

    private void addServices(ShutdownCoordinatorBuilder builder) {
        if (args.has("no services")) {
            return;
        }
        builder.service("plain", Service.of(() -> {}, () -> System.out.println("stopped")));
        builder.service("on demand", context -> {
            context.ready();
            while (!context.awaitStop(Duration.ofMillis(20))) {
                if (serviceFailure.isDone()) {
                    throw new IllegalStateException("disk on fire");
                }
            }
        });
        if (args.has("failing")) {
            builder.service("failing stop", Service.of(() -> {}, () -> {
                throw new IOException("cannot stop");
            }));
            builder.service("hung stop", Service.of(() -> {}, ReplacedJarProgram::blockForever));
        }
    }

    private void addResources(ShutdownCoordinatorBuilder builder) {
        if (args.has("failing")) {
            builder.resource(Resource.of("failing", 5, () -> {
                throw new IOException("cannot close");
            }));
            builder.resource(Resource.of("hung", 6, ReplacedJarProgram::blockForever));
        }
        if (args.has("pool")) {
            var pool = Executors.newScheduledThreadPool(1);
            var unused = pool.schedule(() -> {}, 1, TimeUnit.HOURS);
            builder.resource(Resources.executor("pool", pool));
        }
    }

    private void hold(ShutdownCoordinator coordinator, ConnectionTracker requests) {
        Thread holder = new Thread(
                () -> {
                    try (ConnectionGuard guard = requests.acquire("request")) {
                        System.out.println("holding " + guard);
                        coordinator.trigger().await();
                        Thread.sleep(args.number("request", 3_000));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "holder");
        holder.setDaemon(true);
        holder.start();
    }

    private static void print(ShutdownReport report) {
        String texts = report.toText() + report.timeline() + report.timeline().toHtml();
        System.out.println("reports " + report.exitCode() + " of " + texts.length() + " characters, "
                + report.toJson().replaceAll("\\s+", " "));
    }

    private void obey(ShutdownCoordinator coordinator, String line) {
        switch (line) {
            case "mark" -> ClassLoadLog.mark();
            case "call" -> coordinator.shutdown("a typed line");
            case "manage" -> manage();
            case "fail" -> serviceFailure.complete(null);
            case "fail start-up" -> startUpFailure.countDown();
            case "exit" -> new Thread(() -> System.exit(7), "exiter").start();
            case "end main" -> endOfMain.countDown();
            case "throw" ->
                new Thread(
                                () -> {
                                    throw new IllegalStateException("nobody catches this");
                                },
                                "thrower")
                        .start();
            default -> throw new IllegalArgumentException(line);
        }
    }

    /** Does what an operator can do over JMX: looks at everything, reloads, and asks for the shutdown. */
    private static void manage() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            ObjectName name = new ObjectName("io.github.shutdown4j:type=ShutdownCoordinator,name=replaced");
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                Object value = server.getAttribute(name, attribute.getName());
                System.out.println("attribute " + attribute.getName() + " " + OneLine.plain(value.toString()));
            }
            System.out.println(server.invoke(name, "reload", null, null));
            String[] text = {String.class.getName()};
            System.out.println("asked " + server.invoke(name, "shutdown", new Object[] {"an operator"}, text));
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void blockForever() {
        Latches.ignoreInterrupts(new CountDownLatch(1));
    }
}
