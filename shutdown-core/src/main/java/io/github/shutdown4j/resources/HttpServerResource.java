package io.github.shutdown4j.resources;

import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.internal.Checks;

/** Stops the HTTP server of the JDK at once. The only class that calls it: its module may be missing. */
final class HttpServerResource {

    private HttpServerResource() {}

    static Resource of(String name, HttpServer server) {
        Checks.notNull("server", server);
        return Resource.of(name, Resource.EARLY_PRIORITY, () -> server.stop(0));
    }
}
