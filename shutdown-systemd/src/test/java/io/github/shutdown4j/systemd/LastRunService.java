package io.github.shutdown4j.systemd;

import java.nio.file.Path;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointStore;
import io.github.shutdown4j.testing.OwnThreads;

/** A service that loads its state before it starts. */
final class LastRunService {

    private LastRunService() {}

    public static void main(String[] args) throws Exception {
        CheckpointStore<Long> store = CheckpointStore.json(Path.of(args[0]), Long.class);
        long runs = store.load().orElse(0L) + 1;
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .checkpoint(Checkpoint.of(store, () -> runs))
                .listener(SystemdListener.fromEnvironment())
                .build();
        OwnThreads.keepExitForListeners(coordinator); // which send the last status
        coordinator.run();
    }
}
