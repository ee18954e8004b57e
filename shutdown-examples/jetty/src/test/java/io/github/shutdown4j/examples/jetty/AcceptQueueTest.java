package io.github.shutdown4j.examples.jetty;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Connections that the system has accepted and the server has not, when it is stopped. */
@Timeout(120)
class AcceptQueueTest {

    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    /** Its acceptor is blocked at the first connection, as on a loaded machine. */
    private final class BusyConnector extends DrainingConnector {

        BusyConnector(Server server) {
            super(server, new HttpConfiguration());
        }

        @Override
        public void onAccepting(SelectableChannel channel) {
            super.onAccepting(channel);
            busy.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void connectionsInTheQueueAreAnsweredAndLaterOnesRefused() throws Exception {
        Server server = new Server();
        DrainingConnector connector = new BusyConnector(server);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.write(true, ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)), callback);
                return true;
            }
        });
        server.start();
        List<Socket> clients = new ArrayList<>();
        try {
            int port = connector.getLocalPort();
            clients.add(asking(port));
            busy.await();
            for (int i = 0; i < 5; i++) {
                clients.add(asking(port));
            }
            Thread stop = new Thread(() -> stopAccepting(connector), "stop");
            stop.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> stop.getState() == Thread.State.WAITING);
            go.countDown();
            stop.join();
            for (Socket client : clients) {
                String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("hello");
            }
            assertThat(refused(port)).isTrue();
            long begin = System.nanoTime();
            connector.awaitNone();
            // Jetty's own limit is 30 s.
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        } finally {
            for (Socket client : clients) {
                client.close();
            }
            server.stop();
        }
    }

    private static Socket asking(int port) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static boolean refused(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (java.io.IOException e) {
            return true;
        }
    }

    private static void stopAccepting(DrainingConnector connector) {
        try {
            connector.stopAccepting();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
