package io.github.shutdown4j.spring;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;

/**
 * Closes the port of a server before the server itself. Reactor Netty closes the port first, and then the connections, also those
 * that are not yet set up.
 */
@Sharable
final class ServerPort extends ChannelInboundHandlerAdapter {

    /** For the first request of the last connections; clients that keep a connection and send nothing use the whole time. */
    private static final long FIRST_REQUEST_MILLIS = 500;

    /** For the answer to a first request that has arrived, which takes long in a server that was started just before. */
    private static final long FIRST_ANSWER_MILLIS = 5_000;

    private final long firstRequestMillis;
    private final long firstAnswerMillis;
    private final AtomicLong accepted = new AtomicLong();
    private final ChannelGroup ports = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup unanswered = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    ServerPort() {
        this(FIRST_REQUEST_MILLIS, FIRST_ANSWER_MILLIS);
    }

    ServerPort(long firstRequestMillis, long firstAnswerMillis) {
        this.firstRequestMillis = firstRequestMillis;
        this.firstAnswerMillis = firstAnswerMillis;
    }

    /** Adds a port, which may be open. */
    void add(Channel port) {
        if (ports.add(port)) {
            port.pipeline().addFirst(this);
        }
    }

    /** A port has accepted a connection. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object connection) {
        opened((Channel) connection);
        context.fireChannelRead(connection);
    }

    /** For a server that reports its connections only. */
    void opened(Channel connection) {
        add(connection.parent());
        accepted.incrementAndGet();
        if (connections.add(connection)) {
            connection.pipeline().addFirst(new FirstRequest());
        }
    }

    /** Closes the ports, and waits until the connections have ended, but not long. */
    void close() throws InterruptedException {
        long before;
        do { // the system resets what waits in the queue of a port when that is closed
            before = accepted.get();
            runLoops(ports);
        } while (accepted.get() != before);
        ports.close().sync();
        runLoops(connections);
        var unused = connections.newCloseFuture().await(firstRequestMillis, TimeUnit.MILLISECONDS);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(firstAnswerMillis);
        while (!unanswered.isEmpty() && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Lets each event loop read what there is; a loop that loads classes for its first connection takes long. */
    private void runLoops(ChannelGroup channels) throws InterruptedException {
        for (Channel channel : channels) {
            var unused = channel.eventLoop().submit(() -> {}).await(firstAnswerMillis, TimeUnit.MILLISECONDS);
        }
    }

    /** Of a connection: it has arrived, at least in part, and no part of the answer has been sent. */
    private final class FirstRequest extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            unanswered.add(context.channel());
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            context.pipeline().remove(this);
            context.write(message, promise.unvoid()).addListener(written -> unanswered.remove(context.channel()));
        }
    }
}
