package io.github.shutdown4j.examples.benchmarks.programs;

import java.nio.file.Path;
import java.time.Duration;

import org.slf4j.LoggerFactory;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownCoordinatorBuilder;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.systemd.SystemdListener;

/**
 * A program with a coordinator: configuration, a service, a tracker, a resource. With the argument {@code listener} it
 * also notifies systemd, with {@code store FILE} it saves a state.
 */
public final class Coordinated {

    /** The saved state. */
    public record State(long count) {}

    private Coordinated() {}

    public static void main(String[] args) throws Exception {
        LoggerFactory.getLogger(Coordinated.class).info("starts");
        ShutdownConfig config = ShutdownConfig.fromEnvironment();
        ShutdownCoordinatorBuilder builder = ShutdownCoordinator.builder()
                .config(config)
                .services(ServiceGroup.builder()
                        .add("service", Service.of(() -> {}, () -> {}))
                        .build())
                .tracker(ConnectionTracker.create("requests"));
        if (args[1].equals("listener")) {
            builder.listener(SystemdListener.fromEnvironment(config));
        } else if (args[1].equals("store")) {
            CheckpointStore<State> store = CheckpointStore.json(Path.of(args[2]), State.class);
            builder.checkpoint(Checkpoint.of(store, () -> new State(1)));
        }
        ShutdownCoordinator coordinator = builder.build();
        coordinator.resources().register(Resource.of("resource", () -> {}));
        coordinator.start();
        if (coordinator.awaitReady(Duration.ofSeconds(30))) {
            Ready.reportAndWait(args[0]);
        }
    }
}
