package io.github.shutdown4j.examples.ktor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class ServerPortTest {

    /** Reached only by a test that fails anyway. */
    private static final long LIMIT_MILLIS = 60_000;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<ChannelHandlerContext> request = new CompletableFuture<>();

    private int open(ServerPort port) throws InterruptedException {
        Channel open = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .handler(port)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new Request());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        return ((InetSocketAddress) open.localAddress()).getPort();
    }

    private final class Request extends SimpleChannelInboundHandler<ByteBuf> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
            request.complete(context);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }

    private static CompletableFuture<Void> close(ServerPort port) {
        return CompletableFuture.runAsync(port::close);
    }

    private static Socket connect(int number) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), number);
        socket.setSoTimeout((int) LIMIT_MILLIS);
        return socket;
    }

    @Test
    void firstRequestThatHasArrivedIsAnsweredAfterThePortIsClosed() throws Exception {
        ServerPort port = new ServerPort(1, LIMIT_MILLIS);
        int number = open(port);
        try (Socket client = connect(number)) {
            client.getOutputStream().write('x');
            ChannelHandlerContext context = request.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
            CompletableFuture<Void> closed = close(port);
            await().atMost(Duration.ofMillis(LIMIT_MILLIS))
                    .untilAsserted(
                            () -> assertThatThrownBy(() -> connect(number)).isInstanceOf(ConnectException.class));
            await().during(Duration.ofMillis(200))
                    .atMost(Duration.ofMillis(LIMIT_MILLIS))
                    .until(() -> !closed.isDone());
            context.writeAndFlush(context.alloc().buffer().writeByte('y'));
            assertThat(client.getInputStream().read()).isEqualTo('y');
            closed.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS); // although the client keeps its connection
        }
    }

    @Test
    void neitherASilentClientNorAMissingAnswerIsWaitedForWithoutLimit() throws Exception {
        ServerPort port = new ServerPort(300, 200);
        int number = open(port);
        try (Socket silent = connect(number);
                Socket asking = connect(number)) {
            asking.getOutputStream().write('x');
            request.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
            long begin = System.nanoTime();
            close(port).get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(490), Duration.ofMillis(LIMIT_MILLIS));
            assertThat(silent.isConnected()).isTrue();
        }
    }
}
