package io.github.shutdown4j.examples.guide.pekko;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;

/** The same with a coordinator, and the actor system as one of its resources. */
final class After {

    private After() {}

    static void run(ActorSystem system, Server server, Pool pool) throws InterruptedException {
        var requests = ConnectionTracker.create("requests");
        var coordinator = ShutdownCoordinator.builder()
                .services(ServiceGroup.builder()
                        .add("http", Service.of(server::bind, server::unbind))
                        .build())
                .connections(requests)
                .build();
        coordinator.resources().register(Resource.of("actors", () -> stop(system)));
        coordinator.resources().register(Resources.database("pool", pool).withAfter("actors"));
        coordinator.run();
    }

    private static void stop(ActorSystem system) throws Exception {
        CoordinatedShutdown.get(system)
                .runAll(CoordinatedShutdown.unknownReason())
                .toCompletableFuture()
                .get(); // interrupted when its time is up
    }

    interface Server {
        void bind();

        void unbind();
    }

    interface Pool extends AutoCloseable {}
}
