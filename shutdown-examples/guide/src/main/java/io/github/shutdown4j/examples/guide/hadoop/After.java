package io.github.shutdown4j.examples.guide.hadoop;

import java.time.Duration;

import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;

/** The same with a resource manager; the lower number goes first. */
final class After {

    private After() {}

    static void register(ResourceManager resources, Runnable stopServer, Runnable closePool) {
        resources.register(Resource.of("server", 50, stopServer::run).withTimeout(Duration.ofSeconds(20)));
        resources.register(Resource.of("pool", 100, closePool::run).withTimeout(Duration.ofSeconds(5)));
    }
}
