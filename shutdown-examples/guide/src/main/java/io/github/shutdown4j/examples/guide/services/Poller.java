package io.github.shutdown4j.examples.guide.services;

import java.time.Duration;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** A service that polls once a second. */
public final class Poller {

    private Poller() {}

    public static void main(String[] args) throws InterruptedException {
        Service poller = context -> {
            context.ready();
            while (!context.awaitStop(Duration.ofSeconds(1))) {
                System.out.println("polled");
            }
        };
        ShutdownCoordinator.builder()
                .services(ServiceGroup.builder().add("poller", poller).build())
                .build()
                .run();
    }
}
