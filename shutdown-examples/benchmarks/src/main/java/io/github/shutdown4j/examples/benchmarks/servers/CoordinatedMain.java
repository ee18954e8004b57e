package io.github.shutdown4j.examples.benchmarks.servers;

import java.nio.file.Path;
import java.time.Duration;

import org.slf4j.LoggerFactory;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * The JVM with all of core: configuration, a service, a tracker, a resource; and a store, if the second argument names a
 * file for it.
 */
public final class CoordinatedMain {

    /** What the store keeps. */
    public record State(long count) {}

    private CoordinatedMain() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(CoordinatedMain.class).info("starts");
        var builder = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add("service", Service.of(() -> {}, () -> {}))
                        .build())
                .connections(ConnectionTracker.create("requests"));
        if (args.length > 1) {
            CheckpointStore<State> store = CheckpointStore.json(Path.of(args[1]), State.class);
            builder.checkpoint(Checkpoint.of(store, () -> new State(1)));
        }
        ShutdownCoordinator coordinator = builder.build();
        coordinator.resources().register(Resource.of("resource", () -> {}));
        coordinator.start();
        if (coordinator.awaitReady(Duration.ofSeconds(10))) {
            Settled.waitAndTell(args[0]);
        }
    }
}
