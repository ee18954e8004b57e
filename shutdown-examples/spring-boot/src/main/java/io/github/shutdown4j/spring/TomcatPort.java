package io.github.shutdown4j.spring;

import java.time.Duration;

import org.apache.coyote.ProtocolHandler;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;

/** Closes the port of an embedded Tomcat. */
final class TomcatPort {

    /** Idle kept connections use the whole time. */
    private static final Duration LAST_CONNECTIONS = Duration.ofSeconds(2);

    private TomcatPort() {}

    /** Waits for the connections that it has accepted, unless requests were abandoned, which would hold them anyway. */
    static void close(ApplicationContext context, boolean drained) {
        if (context instanceof WebServerApplicationContext web
                && web.getWebServer() instanceof TomcatWebServer server) {
            ProtocolHandler tomcat = server.getTomcat().getConnector().getProtocolHandler();
            tomcat.closeServerSocketGraceful();
            if (drained) {
                awaitConnectionsClose(tomcat, LAST_CONNECTIONS);
            }
        }
    }

    /** By the clock. Tomcat counts its sleeps of 50 ms instead, each of which takes a multiple of that on a loaded machine. */
    static void awaitConnectionsClose(ProtocolHandler tomcat, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        long left;
        do {
            left = tomcat.awaitConnectionsClose(1); // 1 without connections, 0 when interrupted, negative after a sleep
        } while (left < 0 && System.nanoTime() - end < 0);
    }
}
