package io.github.shutdown4j.examples.guide.spring;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.resources.Resource;

/** The context is one resource of the coordinator. */
public final class After {

    private After() {}

    public static void main(String[] args) throws InterruptedException {
        var context = new AnnotationConfigApplicationContext(Poller.class); // registers no hook
        var coordinator = ShutdownCoordinator.builder().build();
        coordinator.resources().register(Resource.of("spring", context));
        coordinator.run();
    }
}
