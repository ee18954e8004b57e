package io.github.shutdown4j.examples.micronaut;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.graceful.GracefulShutdownManager;
import io.micronaut.runtime.server.EmbeddedServer;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** A Micronaut application that drains itself. One guard covers the whole server. */
public final class MicronautService {

    private final AtomicLong finished = new AtomicLong();
    private final ConnectionTracker servers = ConnectionTracker.create("servers");
    private final ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
            .config(ShutdownConfig.builder()
                    .announceDelay(Duration.ofSeconds(1))
                    .build())
            .services(ServiceGroup.builder()
                    .add("http", Service.of(this::start, () -> {})) // stopped by the drain
                    .build())
            .connections(servers)
            .onFinished(report -> System.out.println("work finished: " + finished))
            .build();

    public static void main(String[] args) throws InterruptedException {
        new MicronautService().coordinator.run();
    }

    /** Micronaut.run would register a JVM hook that closes everything at once; this start does not. */
    private void start() {
        ApplicationContext context = ApplicationContext.builder()
                .singletons(coordinator.trigger(), finished)
                .properties(Map.of("micronaut.lifecycle.graceful-shutdown.enabled", true))
                .start();
        EmbeddedServer server = context.getBean(EmbeddedServer.class).start();
        GracefulShutdownManager manager = context.getBean(GracefulShutdownManager.class);
        ConnectionGuard guard = servers.acquire();
        guard.onDrain(() -> manager.shutdownGracefully().whenComplete((done, failed) -> guard.close()));
        coordinator.resources().register(Resource.of("micronaut", Resource.EARLY_PRIORITY, context));
        System.out.println("listening on port " + server.getPort());
    }
}
