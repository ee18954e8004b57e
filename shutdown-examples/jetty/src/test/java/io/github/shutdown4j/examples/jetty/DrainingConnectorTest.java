package io.github.shutdown4j.examples.jetty;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The end of kept connections, at the moments when a request can be lost. */
@Timeout(120)
class DrainingConnectorTest {

    private static final int MORE_THAN_THE_BUFFERS = 32_000_000;

    private final Server server = new Server();
    private final DrainingConnector connector = new OvertakenConnector(server);
    private final AtomicInteger workedOn = new AtomicInteger();
    private volatile boolean overtaken;
    private volatile boolean clientIsQuick;
    private Socket client;

    @BeforeEach
    void start() throws Exception {
        server.addConnector(connector);
        server.setHandler(new Worker());
        server.start();
        client = new Socket();
        client.setReceiveBufferSize(10_000);
        client.setSoTimeout(60_000);
        client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        server.stop();
    }

    /**
     * The timer reads the clock just before a request arrives, and then considers its connection idle. It never fires where the
     * test expects a client that does not take a second, which it may do on a loaded machine.
     */
    private final class OvertakenConnector extends DrainingConnector {

        OvertakenConnector(Server server) {
            super(server, new HttpConfiguration());
        }

        @Override
        protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
            return new Connection(channel, selector, key, getScheduler()) {
                @Override
                public int fill(ByteBuffer buffer) throws IOException {
                    int filled = super.fill(buffer);
                    if (overtaken && filled > 0) {
                        super.onIdleExpired(new TimeoutException("idle"));
                    }
                    return filled;
                }

                @Override
                protected void onIdleExpired(TimeoutException timeout) {
                    if (!clientIsQuick) {
                        super.onIdleExpired(timeout);
                    }
                }
            };
        }
    }

    private final class Worker extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            workedOn.incrementAndGet();
            String path = Request.getPathInContext(request);
            int length = path.equals("/large") ? MORE_THAN_THE_BUFFERS : 5;
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
            response.write(true, ByteBuffer.allocate(length), callback);
            return true;
        }
    }

    private void send(String path) throws IOException {
        client.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The header of the next response, whose body is read, too; empty if there is none. */
    private String receive(int length) throws IOException {
        InputStream in = client.getInputStream();
        StringBuilder header = new StringBuilder();
        while (header.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return header.toString();
            }
            header.append((char) next);
        }
        in.skipNBytes(length);
        return header.toString();
    }

    private AbstractEndPoint connection() {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> connector.getConnectedEndPoints().size() == 1);
        return (AbstractEndPoint) connector.getConnectedEndPoints().iterator().next();
    }

    @Test
    void afterAnAnswerThatTheStopHasOvertakenTheNextRequestIsAnsweredToo() throws Exception {
        clientIsQuick = true;
        send("/large");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> connection().getWriteFlusher().isPending());
        connector.stopAccepting();
        assertThat(receive(MORE_THAN_THE_BUFFERS)).contains(" 200 ").doesNotContain("close");
        send("/next");
        String last = receive(5);
        assertThat(workedOn).hasValue(2);
        assertThat(last).contains(" 200 ").contains("Connection: close");
        assertThat(receive(0)).isEmpty();
        client.close();
        connector.awaitNone();
    }

    @Test
    void aRequestThatArrivesWhileItsConnectionIsFoundIdleIsAnswered() throws Exception {
        clientIsQuick = true;
        send("/");
        assertThat(receive(5)).contains(" 200 ");
        connector.stopAccepting();
        overtaken = true;
        send("/next");
        String last = receive(5);
        assertThat(workedOn).hasValue(2);
        assertThat(last).contains(" 200 ").contains("Connection: close");
    }

    @Test
    void idleConnectionsLeave() throws Exception {
        long begin = System.nanoTime();
        send("/");
        assertThat(receive(5)).contains(" 200 ");
        connector.stopAccepting();
        connector.awaitNone();
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
        assertThat(receive(0)).isEmpty();
        assertThat(workedOn).hasValue(1);
    }

    @Test
    void aClientThatReadsNothingIsNotWaitedForForever() throws Exception {
        send("/large");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> connection().getWriteFlusher().isPending());
        connector.stopAccepting();
        connector.awaitNone();
        assertThat(connector.getConnectedEndPoints()).isEmpty();
    }
}
