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
 * One connection, which holds a guard for as long as it is open. Once it is told of the drain, the next answer is its last
 * and says so; if no request comes, it is closed after a moment in which one could already be on its way.
 *
 * <p>Reads one request at a time, so that answers come in the order of the requests, and what a client has sent behind one
 * that is answered with {@code Connection: close} has not begun: it may send that again elsewhere.
 *
 * <p>All fields belong to the event loop of the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // as is usual with Netty: what fails closes the channel
final class HttpConnection extends SimpleChannelInboundHandler<FullHttpRequest> {

    /** HTTP/1.1 has no way to tell a client not to send: who is closed exactly then has to send again. */
    private static final long IDLE_GRACE_MILLIS = 300;

    private final ConnectionTracker connections;
    private final AtomicLong finished;
    private final BooleanSupplier stopping;
    private boolean refusing;
    private boolean draining;
    private boolean busy;

    /** @param stopping whether the process has been asked to stop: from then on each answer is the last */
    HttpConnection(ConnectionTracker connections, AtomicLong finished, BooleanSupplier stopping) {
        this.connections = connections;
        this.finished = finished;
        this.stopping = stopping;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Optional<ConnectionGuard> guard = connections.tryAcquire();
        if (guard.isPresent()) {
            context.channel().closeFuture().addListener(closed -> guard.get().close());
            guard.get().onDrain(() -> context.executor().execute(() -> drain(context)));
        } else { // accepted at the moment in which the port was closed
            refusing = true;
            drain(context);
        }
        context.read();
    }

    private void drain(ChannelHandlerContext context) {
        draining = true;
        context.executor().schedule(() -> closeIfIdle(context), IDLE_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void closeIfIdle(ChannelHandlerContext context) {
        if (!busy) {
            context.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        busy = true;
        if (refusing) {
            write(context, HttpResponseStatus.SERVICE_UNAVAILABLE, "shutting down\n", true);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        // Work that takes its time without keeping a thread.
        context.executor()
                .schedule(() -> answer(context, keepAlive), milliseconds(request.uri()), TimeUnit.MILLISECONDS);
    }

    private void answer(ChannelHandlerContext context, boolean keepAlive) {
        finished.incrementAndGet();
        busy = false;
        write(context, HttpResponseStatus.OK, "done\n", draining || stopping.getAsBoolean() || !keepAlive);
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
        context.close(); // not HTTP, or gone
    }

    private static long milliseconds(String uri) {
        var values = new QueryStringDecoder(uri).parameters().get("ms");
        return values == null ? 0 : Long.parseLong(values.get(0));
    }
}
