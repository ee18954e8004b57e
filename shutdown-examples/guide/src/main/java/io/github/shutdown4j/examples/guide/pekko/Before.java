package io.github.shutdown4j.examples.guide.pekko;

import java.util.concurrent.CompletionStage;

import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;

/** Tasks in Pekko's phases. */
final class Before {

    private Before() {}

    static void register(ActorSystem system, Server server, Pool pool) {
        var shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "http", server::unbind);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "requests", server::requestsDone);
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "pool", pool::closeAsync);
    }

    interface Server {
        CompletionStage<Done> unbind();

        CompletionStage<Done> requestsDone();
    }

    interface Pool {
        CompletionStage<Done> closeAsync();
    }
}
