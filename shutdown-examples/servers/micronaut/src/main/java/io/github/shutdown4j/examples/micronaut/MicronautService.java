package io.github.shutdown4j.examples.micronaut;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import io.micronaut.runtime.server.EmbeddedServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** A Micronaut application that drains itself. */
public final class MicronautService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker sockets = ConnectionTracker.create("web sockets");
    private volatile Supplier<CompletionStage<?>> drain = () -> CompletableFuture.completedFuture(null);
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(this::start, this::closeSockets))
                    .build())
            .drain("micronaut", () -> drain.get())
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new MicronautService().coordinator.run();
    }

    /** Before the drain, in which Micronaut cuts WebSockets without a close frame. */
    private void closeSockets() throws InterruptedException {
        sockets.drain(Duration.ofSeconds(5));
    }

    /** Micronaut.run would register a JVM hook that closes everything at once; this start does not. */
    private void start() {
        ApplicationContext context = ApplicationContext.builder()
                .singletons(coordinator.trigger(), finished, sockets)
                .properties(Map.of("micronaut.lifecycle.graceful-shutdown.enabled", true))
                .start();
        coordinator.resources().register(Resource.of("micronaut", Resource.EARLY_PRIORITY, context));
        drain = context.getBean(GracefulShutdownManager.class)::shutdownGracefully;
        EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
        System.out.println("listening on port " + server.getPort());
    }
}
