package io.github.shutdown4j.examples.benchmarks.peers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;

/** Jetty with its GracefulHandler, stopped by its own hook. */
public final class JettyServer {

    private JettyServer() {}

    public static void main(String[] args) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("localhost");
        server.addConnector(connector);
        GracefulHandler graceful = new GracefulHandler();
        graceful.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                String query = request.getHttpURI().getQuery();
                Thread.sleep(Long.parseLong(query.substring("ms=".length())));
                response.write(true, ByteBuffer.wrap("done\n".getBytes(StandardCharsets.UTF_8)), callback);
                return true;
            }
        });
        server.setHandler(graceful);
        server.setStopTimeout(20_000);
        server.setStopAtShutdown(true);
        server.start();
        System.out.println("READY " + connector.getLocalPort());
    }
}
