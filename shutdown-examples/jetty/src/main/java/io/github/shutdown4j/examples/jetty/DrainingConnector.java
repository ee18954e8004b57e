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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;

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
 * Jetty's part that accepts connections, with an end that loses no request: first nobody is accepted any more, then all
 * who were have left, idle ones within two seconds; only then may the server stop.
 *
 * <p>Not by Jetty's {@code shutdown()}. If an answer without "Connection: close" is just being written, that ends the
 * output after it but reads on: the client's next request is worked on, and its answer lost. It also interrupts the
 * acceptor, and the JDK loses a connection that it is just taking.
 */
public class DrainingConnector extends ServerConnector implements SelectorManager.AcceptListener {

    private static final Duration IDLE_AT_END = Duration.ofSeconds(1);

    private static final int WAKE_MILLIS = 1_000;

    /** All of them, from the moment of acceptance: the connector itself knows them only a little later. */
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

    /** Not called for a socket that somebody else has opened, whose queue may be for others as well. */
    @Override
    protected ServerSocketChannel openAcceptChannel() throws IOException {
        ownsPort = true;
        return super.openAcceptChannel();
    }

    /**
     * From here on, a request is the last on its connection, and its answer says so. Who waits in the queue of a port of our
     * own is accepted before that is closed. May be called again.
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
            ending = true; // before they are listed: who is not yet there will see it
            getConnectedEndPoints().forEach(DrainingConnector::limitIdleTime);
        }
    }

    /** By a connection like any other, as an interrupt or a close would reset those that wait; false if there is none. */
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
            return false; // closed already, or the queue is full: then it is closed as it is
        }
    }

    /** On the acceptor's thread, so that between the last look into the queue and the close there is nothing. */
    private void acceptTheRest(ServerSocketChannel port) throws IOException {
        port.configureBlocking(false);
        for (SocketChannel client = port.accept(); client != null; client = port.accept()) {
            client.configureBlocking(false);
            configure(client.socket());
            getSelectorManager().accept(client);
        }
        close();
    }

    /** Until all who were accepted have left. */
    public void awaitNone() throws InterruptedException {
        var unused = connections.drain(Duration.ofHours(1)); // the limit of the resource comes first
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
                setAccepting(false); // else Jetty asks again and again
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

    /** By way of none: a timer that Jetty sets beside this for a connection that is just opened would be the longer one. */
    private static void limitIdleTime(EndPoint connection) {
        connection.setIdleTimeout(0);
        connection.setIdleTimeout(IDLE_AT_END.toMillis());
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new Connection(channel, selector, key, getScheduler());
    }

    /** Jetty's own would also close a connection whose next request arrives while it is found idle. */
    static class Connection extends SocketChannelEndPoint {

        Connection(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        /**
         * Ends only who waits for a request, in one step with the end of waiting, or for a client that does not read. A
         * WebSocket says goodbye, as ever.
         */
        @Override
        protected void onIdleExpired(TimeoutException timeout) {
            boolean http = getConnection() instanceof ConnectionMetaData;
            boolean waited = http && getFillInterest().onFail(timeout);
            if (!http || (!waited && getWriteFlusher().isPending())) {
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
