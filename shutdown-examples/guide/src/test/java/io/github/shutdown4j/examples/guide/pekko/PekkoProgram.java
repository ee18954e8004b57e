package io.github.shutdown4j.examples.guide.pekko;

import java.util.concurrent.CompletableFuture;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;

/** Runs what the page prints with an actor system. */
public final class PekkoProgram {

    private PekkoProgram() {}

    public static void main(String[] args) throws InterruptedException {
        var config = ConfigFactory.parseString("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off");
        var system = ActorSystem.create("guide", config.withFallback(ConfigFactory.load()));
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "task", PekkoProgram::task);
        After.run(system, new QuietServer(), () -> System.out.println("pool closed"));
    }

    private static CompletableFuture<Done> task() {
        System.out.println("task of Pekko");
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    private static final class QuietServer implements After.Server {
        @Override
        public void bind() {}

        @Override
        public void unbind() {}
    }
}
