package io.github.shutdown4j.examples.netty;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownReason;

import static org.assertj.core.api.Assertions.assertThat;

/** The futures of Netty are awaited where its methods are given as references. */
@Timeout(180)
class NettyFuturesTest {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @Test
    void aGroupIsReleasedWhenItHasTerminated() throws Exception {
        ResourceManager resources = ResourceManager.withTimeout(Duration.ofSeconds(60));
        resources.register(Resource.of("netty", group::shutdownGracefully)); // overloaded in Netty
        assertThat(resources.release(Duration.ofSeconds(90)).get(0).outcome()).isEqualTo(Outcome.DONE);
        assertThat(group.isTerminated()).isTrue();
    }

    @Test
    void aPortInUseFailsTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            ServerBootstrap server = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .localAddress(taken.getLocalSocketAddress());
            ServiceGroup services = ServiceGroup.builder()
                    .add("http", Service.startOnly(server::bind))
                    .build();
            services.start();
            ShutdownReason reason =
                    services.whenShutdownRequested().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(reason)
                    .isInstanceOfSatisfying(ShutdownReason.ServiceFailed.class, failed -> assertThat(failed.cause())
                            .isInstanceOf(BindException.class));
            services.stop(Duration.ofSeconds(60));
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
