package io.github.shutdown4j.examples.guide.spring;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** Beans that take part in more than the release. */
final class Beans {

    private Beans() {}

    static void run(AnnotationConfigApplicationContext context) throws InterruptedException {
        var poller = context.getBean(Poller.class); // its isAutoStartup() returns false
        var coordinator = ShutdownCoordinator.builder()
                .services(ServiceGroup.builder()
                        .add("poller", Service.of(poller::start, () -> poller.stop()))
                        .build())
                .tracker(context.getBean(ConnectionTracker.class))
                .build();
        coordinator.resources().register(Resource.of("spring", context));
        coordinator.run();
    }
}
