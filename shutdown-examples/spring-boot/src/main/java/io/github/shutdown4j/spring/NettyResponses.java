package io.github.shutdown4j.spring;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.netty.http.server.HttpServerResponse;

import io.github.shutdown4j.connections.ConnectionGuard;

/** Responses of Reactor Netty, which completes a response that it has handed to Netty and not yet written. */
final class NettyResponses {

    private NettyResponses() {}

    /**
     * Closes the guard when an empty message behind the response is written, or its connection is closed; on HTTP/2, when its
     * stream is closed, because that takes no such message.
     */
    static void closeWhenWritten(ConnectionGuard guard, ServerHttpResponse response) {
        if (!(nativeResponse(response) instanceof HttpServerResponse netty)) {
            guard.close(); // another server
            return;
        }
        netty.withConnection(connection -> {
            Channel channel = connection.channel();
            // From the network's end of the pipeline: the handlers of HTTP drop what follows a response.
            ChannelHandlerContext first = channel.pipeline().firstContext();
            if (first == null) {
                guard.close(); // written and closed
            } else if (channel instanceof Http2StreamChannel) {
                channel.closeFuture().addListener(written -> guard.close());
            } else {
                first.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> guard.close());
            }
        });
    }

    private static @Nullable Object nativeResponse(ServerHttpResponse response) {
        try {
            return ServerHttpResponseDecorator.getNativeResponse(response);
        } catch (IllegalStateException | IllegalArgumentException mock) {
            return null;
        }
    }
}
