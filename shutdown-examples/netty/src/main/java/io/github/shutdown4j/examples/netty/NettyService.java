package io.github.shutdown4j.examples.netty;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.services.ServiceGroup;

/**
 * A Netty server with a graceful shutdown:
 *
 * <ol>
 *   <li>The port is closed, so there are no new connections.
 *   <li>Every connection holds a guard and is notified of the drain, see {@link HttpConnection}.
 *   <li>The event loops end, without the two seconds that Netty waits by default for further tasks.
 * </ol>
 *
 * The port is 8080, or the value of the environment variable PORT.
 */
public final class NettyService {

    private final ConnectionTracker connections = ConnectionTracker.builder("connections")
            .spread(Duration.ofMillis(200))
            .build();
    private final AtomicLong finished = new AtomicLong();
    private ShutdownCoordinator coordinator;
    private final EventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());

    public static void main(String[] args) throws InterruptedException {
        int port = Integer.parseInt(Optional.ofNullable(System.getenv("PORT")).orElse("8080"));
        new NettyService().run(port);
    }

    private void run(int port) throws InterruptedException {
        coordinator = ShutdownCoordinator.builder()
                .config(ShutdownConfig.fromEnvironment())
                .services(ServiceGroup.builder()
                        .add("http", context -> {
                            Channel server = bind(port);
                            context.ready();
                            context.awaitStop();
                            server.close().sync();
                        })
                        .build())
                .tracker(connections)
                .onFinished(report -> {
                    System.out.println("work finished: " + finished);
                    System.out.println(report.toText());
                })
                .build();
        coordinator.resources().register(Resource.of("acceptor", Resource.EARLY_PRIORITY, () -> end(acceptor)));
        coordinator.resources().register(Resource.of("event loops", () -> end(loops)));
        coordinator.run();
    }

    private Channel bind(int port) throws InterruptedException {
        Channel server = new ServerBootstrap()
                .group(acceptor, loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false) // a connection asks for each request
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        var connection = new HttpConnection(connections, finished, () -> coordinator
                                .trigger()
                                .isRequested());
                        channel.pipeline()
                                .addLast(new HttpServerCodec())
                                .addLast(new FlowControlHandler()) // behind Requests it would forget what was asked for
                                .addLast(new Requests(connection))
                                .addLast(connection);
                    }
                })
                .bind(port)
                .sync()
                .channel();
        System.out.println("listening on port " + ((InetSocketAddress) server.localAddress()).getPort());
        return server;
    }

    /** No quiet period, because no tasks follow after the drain. Remaining connections are closed. */
    private static void end(EventLoopGroup group) throws InterruptedException {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    /** Aggregates a request, and notifies the connection when its first part arrives. */
    private static final class Requests extends HttpObjectAggregator {

        private final HttpConnection connection;

        Requests(HttpConnection connection) {
            super(65_536);
            this.connection = connection;
        }

        @Override
        protected FullHttpMessage beginAggregation(HttpMessage start, ByteBuf content) throws Exception {
            connection.begin();
            return super.beginAggregation(start, content);
        }
    }
}
