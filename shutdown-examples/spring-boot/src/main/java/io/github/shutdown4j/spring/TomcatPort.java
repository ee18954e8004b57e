package io.github.shutdown4j.spring;

import org.apache.coyote.ProtocolHandler;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;

/** Closes the port of an embedded Tomcat. */
final class TomcatPort {

    /** Idle kept connections use the whole time. */
    private static final long LAST_CONNECTIONS_MILLIS = 2_000;

    private TomcatPort() {}

    /** Waits for the connections that it has accepted, unless requests were abandoned, which would hold them anyway. */
    static void close(ApplicationContext context, boolean drained) {
        if (context instanceof WebServerApplicationContext web
                && web.getWebServer() instanceof TomcatWebServer server) {
            ProtocolHandler tomcat = server.getTomcat().getConnector().getProtocolHandler();
            tomcat.closeServerSocketGraceful();
            if (drained) {
                // For a protocol of the application's choice as well.
                DrainingProtocol.awaitByTheClock(tomcat::awaitConnectionsClose, LAST_CONNECTIONS_MILLIS);
            }
        }
    }
}
