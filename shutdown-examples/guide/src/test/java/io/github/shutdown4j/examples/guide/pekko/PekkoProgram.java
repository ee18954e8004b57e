package io.github.shutdown4j.examples.guide.pekko;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.pattern.Patterns;

/** Runs the code of the page with an actor system. */
public final class PekkoProgram {

    private PekkoProgram() {}

    public static void main(String[] args) throws InterruptedException {
        var config = ConfigFactory.parseString("pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off");
        var system = ActorSystem.create("guide", config.withFallback(ConfigFactory.load()));
        CoordinatedShutdown.get(system)
                .addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "task", PekkoProgram::task);
        After.run(system, new SlowServer(system), () -> {
            System.out.println("pool closed");
            return CompletableFuture.completedFuture(Done.getInstance());
        });
    }

    private static CompletableFuture<Done> task() {
        System.out.println("task of Pekko");
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    /** Its stages are completed later, by a thread of Pekko. */
    private record SlowServer(ActorSystem system) implements After.Server {
        @Override
        public CompletionStage<Done> bind() {
            return later("bound");
        }

        @Override
        public CompletionStage<Done> unbind() {
            return later("unbound");
        }

        private CompletionStage<Done> later(String what) {
            return Patterns.after(Duration.ofMillis(300), system, () -> {
                System.out.println(what);
                return CompletableFuture.completedFuture(Done.getInstance());
            });
        }
    }
}
