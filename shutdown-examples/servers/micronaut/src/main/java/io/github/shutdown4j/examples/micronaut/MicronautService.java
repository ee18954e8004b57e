package io.github.shutdown4j.examples.micronaut;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.connections.GuardDetails;

/** A Micronaut application whose requests hold guards. It is closed after the last of them. */
public final class MicronautService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker requests =
            ConnectionTracker.builder("requests").details(GuardDetails.on()).build();
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .tracker(requests)
            .server("micronaut", this::start, this::close) // the port stays open until the release
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();
    private final ServerPort port = new ServerPort();
    private volatile ApplicationContext context;

    public static void main(String[] args) throws InterruptedException {
        new MicronautService().coordinator.run();
    }

    /** In a thread that is not interrupted when the start is stopped, because Micronaut would miss beans. */
    private CompletionStage<?> start() {
        return CompletableFuture.runAsync(this::run);
    }

    /** Micronaut.run would register a JVM hook that closes everything at once; this start does not. */
    private void run() {
        context = ApplicationContext.builder()
                .singletons(coordinator.trigger(), finished, requests, port)
                .properties(Map.of(
                        "micronaut.lifecycle.graceful-shutdown.enabled",
                        true,
                        "micronaut.lifecycle.graceful-shutdown.grace-period",
                        "2s"))
                .start();
        EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
        System.out.println("listening on port " + server.getPort());
    }

    /** Micronaut sends GOAWAY on HTTP/2 and closes its connections; a client that does not leave is not waited for. */
    private void close() throws InterruptedException {
        port.close();
        context.close();
    }
}
