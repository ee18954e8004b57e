package io.github.shutdown4j.examples.guide.lifecycle;

import java.time.Duration;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;

/** Prints the plan of a program with the grace period of Kubernetes, 30 seconds. */
public final class Budgets {

    private Budgets() {}

    public static void main(String[] args) {
        var config = ShutdownConfig.builder()
                .gracePeriod(Duration.ofSeconds(30)) // until the platform kills
                .timeout(Duration.ofSeconds(25)) // the deadline
                .forceDelay(Duration.ofSeconds(3)) // halted at 28 s
                .announceDelay(Duration.ofSeconds(5)) // for the load balancer
                .build();
        var coordinator = ShutdownCoordinator.builder()
                .config(config)
                .tracker(ConnectionTracker.create("requests"))
                .build();
        coordinator.resources().register(Resource.of("cache", () -> {}));
        System.out.println(coordinator.plan().toText());
    }
}
