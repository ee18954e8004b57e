package io.github.shutdown4j.examples.backend.web;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

import io.github.shutdown4j.ConnectionGuard;
import io.github.shutdown4j.ConnectionTracker;

/**
 * Jetty's part that accepts connections, with an end that loses none: first nobody is accepted any more, then all who were
 * have left, idle ones within a second; only then may the server stop.
 */
final class Listener extends ServerConnector implements SelectorManager.AcceptListener {

    private final ConnectionTracker connections = ConnectionTracker.create("connections");
    private final Map<SelectableChannel, ConnectionGuard> open = new ConcurrentHashMap<>();
    private final CountDownLatch lastAccept = new CountDownLatch(1);

    Listener(Server server, HttpConfiguration http) {
        super(server, 1, -1, new HttpConnectionFactory(http));
        getSelectorManager().addEventListener(this);
    }

    /** shutdown() interrupts the acceptor, and the JDK loses a connection that it is just taking: so close() goes first. */
    void stopAccepting() throws InterruptedException {
        if (isRunning()) {
            close();
            lastAccept.await();
            var unused = shutdown();
        }
    }

    void awaitNone() throws Exception {
        shutdown().get();
        var unused = connections.drain(Duration.ofHours(1)); // the limit of the resource comes first
    }

    @Override
    public void accept(int acceptor) throws IOException {
        try {
            super.accept(acceptor);
        } finally {
            if (!isOpen()) {
                lastAccept.countDown();
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
