package io.github.shutdown4j.examples.guide.pekko;

import java.util.concurrent.CompletionStage;

import org.apache.pekko.Done;
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
                        .add("http", Service.of(server::bind, server::unbind)) // their results are awaited
                        .build())
                .tracker(requests)
                .build();
        coordinator.run(() -> {
            coordinator.resources().register(Resource.of("actors", () -> stop(system)));
            coordinator
                    .resources()
                    .register(Resources.database("pool", pool::closeAsync).withAfter("actors"));
        });
    }

    private static CompletionStage<Done> stop(ActorSystem system) {
        return CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.unknownReason());
    }

    interface Server {
        CompletionStage<?> bind();

        CompletionStage<Done> unbind();
    }

    interface Pool {
        CompletionStage<Done> closeAsync();
    }
}
