package io.github.shutdown4j.systemd;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceContext;
import io.github.shutdown4j.testing.ClassLoadLog;
import io.github.shutdown4j.testing.Latches;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.testing.TypedLines;

/**
 * A service under systemd that shuts down as the typed command says. It prints {@code marked} on demand, once all
 * classes that a shutdown needs are loaded.
 */
final class ReplacedJarService {

    private final List<String> args;
    private final CountDownLatch endOfMain = new CountDownLatch(1);
    private final CompletableFuture<Void> serviceFailure = new CompletableFuture<>();

    private ReplacedJarService(String... args) {
        this.args = Arrays.asList(args);
    }

    public static void main(String[] args) throws Exception {
        new ReplacedJarService(args).run();
    }

    private void run() throws Exception {
        ConnectionTracker requests = ConnectionTracker.create("requests");
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .config(ShutdownConfig.builder()
                        .timeout(args.contains("short") ? Duration.ofSeconds(6) : Duration.ofSeconds(60))
                        .forceDelay(Duration.ofMillis(300))
                        .build())
                .tracker(requests)
                .listener(SystemdListener.builder()
                        .watchdog(options -> options.healthCheck(() -> true))
                        .build());
        if (!args.contains("no services")) {
            builder.service("http", Service.of(() -> {}, () -> {}));
            builder.service("on demand", this::runOnDemand);
        }
        if (args.contains("failing")) {
            builder.resource(Resource.of("failing", 5, () -> {
                throw new IOException("cannot close");
            }));
            builder.resource(Resource.of("hung", 6, ReplacedJarService::blockForever));
        }
        if (args.contains("hung hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(ReplacedJarService::blockForever, "foreign"));
        }
        ShutdownCoordinator coordinator = builder.shutdownOnUncaughtException().build();
        OwnThreads.keepExitForListeners(coordinator); // which send the last status
        coordinator.reloader().subscribe("config", () -> {});
        if (args.contains("request")) {
            ConnectionGuard guard = requests.acquire("request");
            assert guard != null; // it is never closed
        }
        coordinator.start();
        TypedLines.obey(line -> obey(coordinator, line));
        endOfMain.await();
    }

    private void runOnDemand(ServiceContext context) throws InterruptedException {
        context.ready();
        while (!context.awaitStop(Duration.ofMillis(20))) {
            if (serviceFailure.isDone()) {
                throw new IllegalStateException("disk on fire");
            }
        }
    }

    private void obey(ShutdownCoordinator coordinator, String line) {
        switch (line) {
            case "mark" -> ClassLoadLog.mark();
            case "call" -> coordinator.shutdown("a typed line");
            case "fail" -> serviceFailure.complete(null);
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

    private static void blockForever() {
        Latches.ignoreInterrupts(new CountDownLatch(1));
    }
}
