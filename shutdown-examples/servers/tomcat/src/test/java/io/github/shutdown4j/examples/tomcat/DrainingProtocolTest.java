package io.github.shutdown4j.examples.tomcat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Connections that the system has accepted and Tomcat has not, when its port is closed. */
@Timeout(120)
class DrainingProtocolTest {

    /** Reached only by a test that fails anyway. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private volatile boolean drained;

    private final class Hello extends ValveBase {

        @Override
        public void invoke(Request request, Response response) throws IOException {
            if (drained) {
                response.sendError(503);
            } else {
                response.getWriter().print("hello");
            }
        }
    }

    @Test
    void connectionsInTheQueueAreAnsweredAndLaterOnesRefused() throws Exception {
        Connector connector = new Connector(new DrainingProtocol(LIMIT));
        connector.setPort(0);
        connector.setProperty("bindOnInit", "false");
        connector.setProperty("maxConnections", "1"); // so all others stay in the queue
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(directory.toString());
        tomcat.setConnector(connector);
        tomcat.addContext("", null).getPipeline().addValve(new Hello());
        tomcat.start();
        List<Socket> clients = new ArrayList<>();
        try {
            int port = connector.getLocalPort();
            Socket first = asking(port, "keep-alive");
            clients.add(first);
            assertThat(first.getInputStream().read()).isEqualTo('H');
            for (int i = 0; i < 5; i++) {
                clients.add(asking(port, "close"));
            }

            CompletableFuture<Void> close = CompletableFuture.runAsync(() -> {
                connector.getProtocolHandler().closeServerSocketGraceful();
                drained = true; // the tracker is closed as soon as the port is, if there is no other work
            });
            for (Socket client : clients.subList(1, clients.size())) {
                String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("hello");
            }
            assertThatThrownBy(() -> asking(port, "close")).isInstanceOf(ConnectException.class);
            assertThat(close).as("waits for the first client as well").isNotDone();
            first.close();
            close.get(60, TimeUnit.SECONDS);
            assertThat(connector.getProtocolHandler().awaitConnectionsClose(LIMIT.toMillis()))
                    .as("what is left of the limit, with no connection open, neither that of Tomcat to itself")
                    .isPositive();
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            tomcat.stop();
            tomcat.destroy();
        }
    }

    private static Socket asking(int port, String connection) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: x\r\nConnection: " + connection + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
