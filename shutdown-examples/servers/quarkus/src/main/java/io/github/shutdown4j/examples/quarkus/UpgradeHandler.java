package io.github.shutdown4j.examples.quarkus;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;

import io.github.shutdown4j.connections.ConnectionGuard;

/**
 * For a request that asks for a WebSocket: closes its guard if the response opens one, which has a guard of its own. Vert.x does
 * not call the handlers for the end of that response.
 */
final class UpgradeHandler extends ChannelOutboundHandlerAdapter {

    private final ConnectionGuard guard;

    UpgradeHandler(ConnectionGuard guard) {
        this.guard = guard;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ChannelPromise written = promise;
        if (message instanceof HttpResponse response) {
            if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                written = promise.unvoid();
                written.addListener(done -> guard.close());
                context.pipeline().remove(this);
            } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                context.pipeline().remove(this); // an ordinary response
            }
        }
        var unused = context.write(message, written);
    }
}
