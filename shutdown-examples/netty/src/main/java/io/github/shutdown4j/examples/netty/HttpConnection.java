package io.github.shutdown4j.examples.netty;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.CharsetUtil;

import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

/**
 * A connection, which holds a guard as long as it is open or its last request is being handled. When the drain begins, the
 * next response closes the connection. If no request arrives, it is closed after a short time, in which a request may be in
 * transit.
 *
 * <p>It reads one request at a time, so responses are in order, and a request that follows one with the response {@code
 * Connection: close} is never started: the client may send it again on another connection.
 *
 * <p>All fields are confined to the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // as is usual with Netty: what fails closes the channel
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {

    /** HTTP/1.1 cannot ask a client not to send: a client that sends at the moment of the close has to retry. */
    private static final long IDLE_GRACE_MILLIS = 300;

    private final ConnectionTracker connections;
    private final AtomicLong finished;
    private final BooleanSupplier stopping;
    private Runnable release = () -> {};
    private boolean handling;
    private boolean refusing;
    private boolean draining;
    private int unanswered;

    /** @param stopping whether the shutdown was requested: from then on each response closes the connection */
    HttpConnection(ConnectionTracker connections, AtomicLong finished, BooleanSupplier stopping) {
        this.connections = connections;
        this.finished = finished;
        this.stopping = stopping;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Optional<ConnectionGuard> guard = connections.tryAcquire();
        if (guard.isPresent()) {
            release = guard.get()::close;
            context.channel().closeFuture().addListener(closed -> releaseIfOver(context));
            guard.get().onDrain(() -> context.executor().execute(() -> drain(context)));
        } else { // accepted at the moment when the port was closed
            refusing = true;
            drain(context);
        }
        context.read();
    }

    /** To be called when a request begins, whose body may take long to arrive. */
    void begin() {
        unanswered++;
    }

    /** A client that leaves does not end the work on its request. */
    private void releaseIfOver(ChannelHandlerContext context) {
        if (!handling && !context.channel().isOpen()) {
            release.run();
        }
    }

    private void drain(ChannelHandlerContext context) {
        draining = true;
        context.executor().schedule(() -> closeIfIdle(context), IDLE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void closeIfIdle(ChannelHandlerContext context) {
        if (unanswered == 0) {
            context.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (refusing) {
            write(context, HttpResponseStatus.SERVICE_UNAVAILABLE, "shutting down\n", true);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        // Work that takes time without blocking a thread.
        context.executor()
                .schedule(() -> answer(context, keepAlive), milliseconds(request.uri()), TimeUnit.MILLISECONDS);
        handling = true; // not before: the line above throws if the number is none
    }

    private void answer(ChannelHandlerContext context, boolean keepAlive) {
        finished.incrementAndGet();
        handling = false;
        unanswered--;
        write(context, HttpResponseStatus.OK, "done\n", draining || stopping.getAsBoolean() || !keepAlive);
        releaseIfOver(context);
    }

    private static void write(ChannelHandlerContext context, HttpResponseStatus status, String text, boolean last) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, CharsetUtil.UTF_8));
        HttpUtil.setContentLength(response, response.content().readableBytes());
        HttpUtil.setKeepAlive(response, !last);
        var written = context.writeAndFlush(response);
        if (last) {
            written.addListener(ChannelFutureListener.CLOSE);
        } else {
            context.read();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // not HTTP, or disconnected
    }

    private static long milliseconds(String uri) {
        var values = new QueryStringDecoder(uri).parameters().get("ms");
        return values == null ? 0 : Long.parseLong(values.get(0));
    }
}
