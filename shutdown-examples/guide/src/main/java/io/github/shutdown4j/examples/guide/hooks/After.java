package io.github.shutdown4j.examples.guide.hooks;

import io.github.shutdown4j.Resources;
import io.github.shutdown4j.Service;
import io.github.shutdown4j.ServiceGroup;
import io.github.shutdown4j.ShutdownCoordinator;

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
