package io.github.shutdown4j.resources;

import java.time.Duration;

import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;

/** Stops the HTTP server of the JDK. No other class uses its type, because its module may be missing. */
final class HttpServerResource {

    private HttpServerResource() {}

    static Resource of(String name, HttpServer server) {
        return of(name, server, Duration.ZERO);
    }

    static Resource of(String name, HttpServer server, Duration linger) {
        Checks.notNull("server", server);
        Checks.notNegative("linger", linger);
        return Resource.of(name, Resource.EARLY_PRIORITY, () -> stop(server, linger));
    }

    private static void stop(HttpServer server, Duration linger) throws InterruptedException {
        try {
            if (!linger.isZero()) {
                new Sleeper(Ticker.current()).sleep(linger);
            }
        } finally {
            server.stop(0);
        }
    }
}
