package io.github.shutdown4j.examples.guide.hooks;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** The same with a coordinator. */
final class After {

    private After() {}

    static void run(App app) throws InterruptedException {
        var coordinator = ShutdownCoordinator.builder()
                .services(ServiceGroup.builder()
                        .add("http", Service.of(app.server()::start, app.server()::stop))
                        .build())
                .build();
        coordinator.resources().register(Resources.executor("workers", app.workers()));
        coordinator.resources().register(Resources.database("pool", app.pool()).withAfter("workers"));
        coordinator.run();
    }
}
