package io.github.shutdown4j.spring;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.netty.http.server.HttpServerResponse;

import io.github.shutdown4j.connections.ConnectionGuard;

/** Responses of Reactor Netty, which completes a response that it has handed to Netty and not yet written. */
final class NettyResponses {

    private NettyResponses() {}

    /** Closes the guard when an empty message behind the response is written, or its connection is closed. */
    static void closeWhenWritten(ConnectionGuard guard, ServerHttpResponse response) {
        if (!(nativeResponse(response) instanceof HttpServerResponse netty)) {
            guard.close(); // another server
            return;
        }
        netty.withConnection(connection -> {
            // From the network's end of the pipeline: the handlers of HTTP drop what follows a response.
            ChannelHandlerContext first = connection.channel().pipeline().firstContext();
            if (first == null) {
                guard.close();
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
