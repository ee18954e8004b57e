package io.github.shutdown4j.spring;

import java.util.concurrent.TimeUnit;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.http.server.HttpServer;

import io.github.shutdown4j.resources.Resource;

/**
 * Closes the port of Reactor Netty before the context, and then its connections, on HTTP/2 with GOAWAY. Spring Boot closes them as
 * well, but ends the event loops without waiting for that, and they cut what is still open.
 */
final class NettyPort implements Resource, NettyServerCustomizer {

    /** For GOAWAY to be written. */
    private static final long CLOSE_MILLIS = 2_000;

    private final ServerPort port = new ServerPort();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnBound(bound -> port.add(bound.channel()))
                .doOnChannelInit((observer, connection, address) -> connections.add(connection));
    }

    @Override
    public String name() {
        return "netty";
    }

    /** Before the context. */
    @Override
    public int priority() {
        return EARLY_PRIORITY - 1;
    }

    @Override
    public void release() throws InterruptedException {
        port.close();
        var unused = connections.close().await(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
