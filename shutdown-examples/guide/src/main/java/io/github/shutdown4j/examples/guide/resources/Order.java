package io.github.shutdown4j.examples.guide.resources;

import java.io.Closeable;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import javax.sql.DataSource;

import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.resources.Resources;

/** Registers resources and defines their order. */
final class Order {

    private Order() {}

    static void pool(ResourceManager resources, DataSource pool) {
        resources.register(Resources.dataSource("database", pool)); // a javax.sql.DataSource
    }

    static void register(
            ResourceManager resources, Pool pool, FileChannel journal, ExecutorService mails, Cache cache) {
        resources.register(Resources.database("database", pool)); // priority 10
        resources.register(Resources.file("journal", journal)); // priority 50
        resources.register(Resources.executor("mails", mails)); // priority 100
        resources.register(Resource.of("cache", cache::flushAndStop)); // priority 100
    }

    static void databaseLast(ResourceManager resources, Pool pool) {
        resources.register(Resources.database("database", pool).withAfter("mails", "cache"));
    }

    static void limit(ResourceManager resources, Cache cache) {
        resources.register(Resource.of("cache", cache::flushAndStop).withTimeout(Duration.ofSeconds(3)));
    }

    static void showOrder(ResourceManager resources) {
        resources.plan().forEach(group -> System.out.println(group));
    }

    static void alone(Pool pool) throws InterruptedException {
        var resources = ResourceManager.create();
        resources.register(Resources.database("database", pool));
        List<StepResult> steps = resources.release(Duration.ofSeconds(10));
        System.out.println(steps);
    }

    record Upload(Outbox outbox) implements Resource {

        @Override
        public String name() {
            return "outbox";
        }

        @Override
        public Set<String> after() {
            return Set.of("mails");
        }

        @Override
        public void release() throws InterruptedException {
            outbox.sendRest(); // must react to the interrupt at its limit
        }

        @Override
        public String summary() {
            return outbox.size() + " left for the next start";
        }
    }

    interface Pool extends Closeable {}

    interface Cache {
        void flushAndStop() throws Exception;
    }

    interface Outbox {
        void sendRest() throws InterruptedException;

        int size();
    }
}
