package io.github.shutdown4j.examples.guide.lifecycle;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.resources.Resource;

/** The smallest program with a graceful shutdown. */
public final class Minimal {

    private Minimal() {}

    public static void main(String[] args) throws InterruptedException {
        var coordinator = ShutdownCoordinator.builder().build();
        coordinator.run(
                () -> { // the start-up
                    coordinator.resources().register(Resource.of("greeting", () -> System.out.println("goodbye")));
                }); // until SIGTERM, Ctrl-C, coordinator.shutdown("why") or a failure of the start-up
    }
}
