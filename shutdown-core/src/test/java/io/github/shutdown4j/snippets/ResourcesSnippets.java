package io.github.shutdown4j.snippets;

import java.time.Duration;

import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.resources.PlannedResource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.resources.Resources;

final class ResourcesSnippets {

    private ResourcesSnippets() {}

    static void resources(ResourceManager resources, HttpServer server, Process converter) {
        resources.register(Resources.httpServer("http", server, Duration.ofMillis(500)));
        resources.register(Resources.process("converter", converter).withTimeout(Duration.ofSeconds(5)));
    }

    static void plan(ResourceManager resources) {
        for (var group : resources.plan()) {
            System.out.println(group.stream().map(PlannedResource::name).toList() + " at the same time");
        }
    }
}
