package io.github.shutdown4j.examples.jetty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * A Jetty connector that loses no request when it closes: first it stops accepting, then it waits until all accepted
 * connections have closed, idle ones within two seconds. Only then may the server stop.
 *
 * <p>It does not use Jetty's {@code shutdown()}. If a response without "Connection: close" is being written at that moment,
 * that method closes the output after it but continues to read: the next request is processed and its response lost. It also
 * interrupts the acceptor, and the JDK loses a connection that is being accepted.
 */
public class DrainingConnector extends ServerConnector implements SelectorManager.AcceptListener {

    private static final Duration IDLE_AT_END = Duration.ofSeconds(1);

    private static final int WAKE_MILLIS = 1_000;

    /** All connections from the moment of acceptance; the connector itself knows them only slightly later. */
    private final ConnectionTracker connections = ConnectionTracker.create("connections");

    private final Map<SelectableChannel, ConnectionGuard> open = new ConcurrentHashMap<>();
    private final CountDownLatch lastAccept = new CountDownLatch(1);
    private volatile boolean stopping;
    private volatile boolean ending;
    private volatile boolean ownsPort;

    public DrainingConnector(Server server, HttpConfiguration http) {
        super(server, 1, -1, new HttpConnectionFactory(http));
    }

    @Override
    protected void doStart() throws Exception {
        getSelectorManager().addEventListener(this);
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        getSelectorManager().removeEventListener(this);
    }

    /** Not called for a passed socket, whose queue other processes may share. */
    @Override
    protected ServerSocketChannel openAcceptChannel() throws IOException {
        ownsPort = true;
        return super.openAcceptChannel();
    }

    /**
     * From now on each response closes its connection. If this process has bound the port, connections in its queue are
     * accepted before the port is closed. Repeated calls have no effect.
     */
    public void stopAccepting() throws InterruptedException {
        if (isRunning()) {
            if (!ownsPort || !wakeAcceptor()) {
                close();
            }
            lastAccept.await();
            getConnectionFactory(HttpConnectionFactory.class)
                    .getHttpConfiguration()
                    .setPersistentConnectionsEnabled(false);
            setIdleTimeout(IDLE_AT_END.toMillis());
            ending = true; // before the connections are listed: later ones see this flag
            getConnectedEndPoints().forEach(DrainingConnector::limitIdleTime);
        }
    }

    /** Wakes the acceptor by a connection, because an interrupt or a close would reset waiting connections. */
    private boolean wakeAcceptor() {
        stopping = true;
        ServerSocketChannel port = (ServerSocketChannel) getTransport();
        try (Socket caller = new Socket()) {
            InetSocketAddress address = (InetSocketAddress) port.getLocalAddress();
            InetAddress host =
                    address.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address.getAddress();
            caller.connect(new InetSocketAddress(host, address.getPort()), WAKE_MILLIS);
            return true;
        } catch (IOException e) {
            return false; // already closed, or the queue is full: close without waking
        }
    }

    /**
     * On the acceptor's thread. Between the last look into the queue and the close of the port the system still completes
     * connections, and resets them then, so nothing else is done in between.
     */
    private void acceptTheRest(ServerSocketChannel port) throws IOException {
        List<SocketChannel> rest = new ArrayList<>();
        port.configureBlocking(false);
        try (port) {
            for (SocketChannel client = port.accept(); client != null; client = port.accept()) {
                rest.add(client);
            }
        } finally {
            close();
        }
        for (SocketChannel client : rest) {
            client.configureBlocking(false);
            configure(client.socket());
            getSelectorManager().accept(client);
        }
    }

    /** Waits until all accepted connections are closed. */
    public void awaitNone() throws InterruptedException {
        var unused = connections.drain(Duration.ofHours(1)); // the limit of the resource is shorter
    }

    @Override
    public void accept(int acceptor) throws IOException {
        try {
            super.accept(acceptor);
            if (stopping && getTransport() instanceof ServerSocketChannel port && port.isOpen()) {
                acceptTheRest(port);
            }
        } finally {
            if (!isOpen()) {
                setAccepting(false); // otherwise Jetty retries forever
                lastAccept.countDown();
            }
        }
    }

    @Override
    protected void onEndPointOpened(EndPoint connection) {
        super.onEndPointOpened(connection);
        if (ending) {
            limitIdleTime(connection); // accepted before the stop and opened after it
        }
    }

    /** Sets zero first, because for a connection that is being opened Jetty would keep a longer timer. */
    private static void limitIdleTime(EndPoint connection) {
        connection.setIdleTimeout(0);
        connection.setIdleTimeout(IDLE_AT_END.toMillis());
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new Connection(channel, selector, key, getScheduler());
    }

    /** The idle timeout of Jetty would also close a connection whose next request is arriving. */
    static class Connection extends SocketChannelEndPoint {

        Connection(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        /**
         * Closes only connections that wait for a request, atomically, or for a client that does not read. A WebSocket sends
         * its close frame as usual, and HTTP/2 its GOAWAY.
         */
        @Override
        protected void onIdleExpired(TimeoutException timeout) {
            boolean http1 =
                    getConnection() instanceof ConnectionMetaData http && http.getHttpVersion() != HttpVersion.HTTP_2;
            boolean waited = http1 && getFillInterest().onFail(timeout);
            if (!http1 || (!waited && getWriteFlusher().isPending())) {
                super.onIdleExpired(timeout);
            }
        }
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        open.put(channel, connections.acquire());
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        onClosed(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        ConnectionGuard guard = open.remove(channel);
        if (guard != null) {
            guard.close();
        }
    }
}
