package io.github.shutdown4j.examples.guide.spring;

import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;

/** Spring stays in charge; the coordinator is one of its beans. */
public final class Joined {

    private Joined() {}

    public static void main(String[] args) throws InterruptedException {
        var context = new AnnotationConfigApplicationContext(Coordination.class, Poller.class);
        context.registerShutdownHook();
        System.out.println("the application is up");
        Thread.currentThread().join(); // mostly a web server keeps the process
    }

    /** Its phase is the default one, the first to be stopped. */
    public static class Coordination implements SmartLifecycle {

        private final ConnectionTracker requests = ConnectionTracker.create("requests");
        private final ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().tracker(requests).build();
        private volatile boolean running;

        @Override
        public void start() {
            coordinator.start();
            running = true;
        }

        @Override
        public void stop() {
            coordinator.shutdown("Spring");
            try {
                System.out.println(coordinator.await().toText());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
