package io.github.shutdown4j.examples.guide.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.resources.Resources;

/** A start-up that may fail, run by the coordinator. */
public final class StartingUp {

    private StartingUp() {}

    public static void main(String[] args) throws InterruptedException {
        var coordinator = ShutdownCoordinator.builder().build();
        coordinator.run(() -> {
            var log = Files.newBufferedWriter(Path.of("orders.log"));
            coordinator.resources().register(Resources.file("orders", log));
            importOrders(Path.of("import"));
        });
    }

    private static void importOrders(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            files.forEach(file -> System.out.println("importing " + file));
        }
    }
}
