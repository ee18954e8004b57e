package io.github.shutdown4j.examples.quarkus;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;

/**
 * Closes the port of a server before the server itself. Vert.x, on which Quarkus runs, closes the connections first, and also
 * those that it accepts meanwhile. The port is known from the first connection on, whose parent it is; without one, nothing is
 * lost.
 */
@Sharable
final class ServerPort extends ChannelInboundHandlerAdapter {

    /** For the first request of the last connections; clients that keep a connection and send nothing use the whole time. */
    private static final long FIRST_REQUEST_MILLIS = 500;

    private final AtomicReference<Channel> port = new AtomicReference<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /** To be called for each connection. */
    void opened(Channel connection) {
        if (port.compareAndSet(null, connection.parent())) {
            connection.parent().pipeline().addFirst(this);
        }
    }

    /** The port has accepted a connection. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object connection) {
        connections.add((Channel) connection);
        context.fireChannelRead(connection);
    }

    /** Closes the port, and waits until the connections have ended, but not long. */
    void close() throws InterruptedException {
        Channel open = port.get();
        if (open != null) {
            open.close().sync();
            var unused = connections.newCloseFuture().await(FIRST_REQUEST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
