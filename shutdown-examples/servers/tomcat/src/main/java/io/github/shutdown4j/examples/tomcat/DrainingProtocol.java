package io.github.shutdown4j.examples.tomcat;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.Acceptor.AcceptorState;
import org.apache.tomcat.util.net.NioEndpoint;

/**
 * Tomcat's protocol, except that {@code closeServerSocketGraceful} serves the connections that wait in the queue of the port.
 * Tomcat resets them.
 */
final class DrainingProtocol extends Http11NioProtocol {

    private static final Duration FIRST_REQUEST_LIMIT = Duration.ofMillis(500);

    DrainingProtocol() {
        this(FIRST_REQUEST_LIMIT);
    }

    /** @param firstRequestLimit for the first request of a connection from the queue, which should begin before the drain does */
    DrainingProtocol(Duration firstRequestLimit) {
        super(new Endpoint(firstRequestLimit));
    }

    /** By the clock, with what is left of the time as the result. */
    @Override
    public long awaitConnectionsClose(long millis) {
        return awaitByTheClock(super::awaitConnectionsClose, millis);
    }

    /** Tomcat counts its sleeps of 50 ms instead, each of which takes a multiple of that on a loaded or paused machine. */
    static long awaitByTheClock(LongUnaryOperator tomcat, long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long left = millis;
        while (left > 0
                && tomcat.applyAsLong(1) < 0) { // 1 without connections, 0 when interrupted, negative after a sleep
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return left;
    }

    private static final class Endpoint extends NioEndpoint {

        private final Duration firstRequestLimit;

        /** The connection that was handed to the poller last. */
        private volatile SocketChannel lastServed;

        private volatile boolean servedLate;

        Endpoint(Duration firstRequestLimit) {
            this.firstRequestLimit = firstRequestLimit;
        }

        @Override
        protected boolean setSocketOptions(SocketChannel connection) {
            lastServed = connection;
            return super.setSocketOptions(connection);
        }

        /** Serves a connection that the acceptor accepted when it was to stop; one whose set-up failed is closed. */
        @Override
        protected void destroySocket(SocketChannel connection) {
            if (isRunning() && !isPaused() && connection != lastServed) {
                serve(connection);
            } else {
                super.destroySocket(connection);
            }
        }

        /**
         * Between the last look into the queue and the close of the port the system still completes connections, and resets
         * them then, so nothing else is done in between.
         */
        @Override
        protected void doCloseServerSocket() throws IOException {
            List<SocketChannel> rest = new ArrayList<>();
            boolean graceful = isGraceful();
            try {
                if (graceful && getServerSocket() instanceof ServerSocketChannel port) {
                    port.configureBlocking(false);
                    for (SocketChannel client = port.accept(); client != null; client = port.accept()) {
                        rest.add(client);
                    }
                }
            } finally {
                super.doCloseServerSocket();
                rest.forEach(this::serve);
            }
            if (graceful && servedLate) {
                awaitByTheClock(this::awaitConnectionsClose, firstRequestLimit.toMillis());
            }
        }

        /** Not while the acceptor is still accepting, which would block, nor for a passed port, whose queue others may share. */
        private boolean isGraceful() {
            return isRunning()
                    && !isPaused()
                    && acceptor.getState() == AcceptorState.ENDED
                    && !getUseInheritedChannel();
        }

        /** The limit of connections no longer counts: Tomcat drops it before it closes the port. */
        private void serve(SocketChannel connection) {
            servedLate = true;
            if (!setSocketOptions(connection)) {
                closeSocket(connection);
            }
        }
    }
}
