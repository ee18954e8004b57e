package io.github.shutdown4j.examples.guide.queue;

import java.time.Duration;
import java.util.List;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.events.BatchHandler;
import io.github.shutdown4j.events.EventQueue;

/** Writes visits in batches, the last one during the shutdown. */
public final class Visits {

    private Visits() {}

    public static void main(String[] args) throws InterruptedException {
        var coordinator = ShutdownCoordinator.builder().build();
        EventQueue<String> visits = EventQueue.<String>builder("visits", batch -> {
                    System.out.println("wrote " + batch);
                })
                .linger(Duration.ofMinutes(1))
                .start();
        coordinator.resources().register(visits);
        visits.offer("/index");
        visits.offer("/about");
        coordinator.run();
    }

    static EventQueue<String> tuned(BatchHandler<String> table) {
        return EventQueue.builder("visits", table)
                .capacity(50_000)
                .batchSize(500)
                .linger(Duration.ofSeconds(2))
                .releaseTimeout(Duration.ofSeconds(5))
                .start();
    }

    /** Retries writes that can be repeated. */
    record Retrying(Table table) implements BatchHandler<String> {

        @Override
        public void write(List<String> batch) throws Exception {
            try {
                table.insert(batch);
            } catch (TryAgainException busy) {
                Thread.sleep(100);
                table.insert(batch);
            }
        }

        @Override
        public void close() throws Exception {
            table.close();
        }
    }

    interface Table extends AutoCloseable {
        void insert(List<String> rows) throws TryAgainException;
    }

    /** The table is busy. */
    static final class TryAgainException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
