#!/usr/bin/env bash
# Closing an HTTP/2 connection of Netty cuts its streams, because Http2FrameCodecBuilder has a graceful shutdown of 0 ms.
#
# guess:  channel.close() sends GOAWAY and waits up to 30 s for the streams, the default of Http2ConnectionHandlerBuilder.
# seen:   Netty 4.2.20, OpenJDK 17.0.15, 2026-11-29: a server with Http2FrameCodec and Http2MultiplexHandler closes a
#         connection with a stream in flight that takes 1 s
#           by default (0 ms): cut
#           gracefulShutdownTimeoutMillis(10000): answered
# matters to: servers on Netty's HTTP/2 codec that close their connections when they stop.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/pom.xml" <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>netty</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.netty</groupId><artifactId>netty-codec-http2</artifactId><version>4.2.20.Final</version>
    </dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Close.java" <<'JAVA'
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

public class Close {
    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());

    public static void main(String[] args) throws Exception {
        System.out.println("by default (0 ms): " + end(Http2FrameCodecBuilder.forServer()));
        System.out.println("gracefulShutdownTimeoutMillis(10000): "
                + end(Http2FrameCodecBuilder.forServer().gracefulShutdownTimeoutMillis(10_000)));
        System.exit(0);
    }

    /** How a stream ends whose connection the server closes meanwhile. */
    private static String end(Http2FrameCodecBuilder codec) throws Exception {
        CompletableFuture<Channel> begun = new CompletableFuture<>();
        Channel server = new ServerBootstrap()
                .group(LOOPS)
                .channel(NioServerSocketChannel.class)
                .childHandler(initializer(connection -> connection.pipeline()
                        .addLast(codec.build(), new Http2MultiplexHandler(initializer(stream -> stream.pipeline()
                                .addLast(new Slow(begun)))))))
                .bind("localhost", 0)
                .sync()
                .channel();
        Channel client = new Bootstrap()
                .group(LOOPS)
                .channel(NioSocketChannel.class)
                .handler(initializer(connection -> connection.pipeline()
                        .addLast(
                                Http2FrameCodecBuilder.forClient().build(),
                                new Http2MultiplexHandler(initializer(stream -> {})))))
                .connect(server.localAddress())
                .sync()
                .channel();
        CompletableFuture<String> end = new CompletableFuture<>();
        Http2StreamChannel stream = new Http2StreamChannelBootstrap(client)
                .handler(initializer(channel -> channel.pipeline().addLast(new SimpleChannelInboundHandler<Http2StreamFrame>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
                        if (frame instanceof Http2DataFrame data && data.isEndStream()) {
                            end.complete("answered");
                        }
                    }

                    @Override
                    public void channelInactive(ChannelHandlerContext context) {
                        end.complete("cut");
                    }
                })))
                .open()
                .get(30, TimeUnit.SECONDS);
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(
                new DefaultHttp2Headers().method("GET").path("/").scheme("http").authority("localhost"), true));
        begun.get(30, TimeUnit.SECONDS).close();
        String result = end.get(30, TimeUnit.SECONDS);
        client.close();
        server.close();
        return result;
    }

    private interface Setup {
        void accept(Channel channel);
    }

    private static ChannelInitializer<Channel> initializer(Setup setup) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                setup.accept(channel);
            }
        };
    }

    /** Answers after a second. */
    private static final class Slow extends SimpleChannelInboundHandler<Http2HeadersFrame> {
        private final CompletableFuture<Channel> begun;

        Slow(CompletableFuture<Channel> begun) {
            this.begun = begun;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, Http2HeadersFrame request) {
            begun.complete(context.channel().parent());
            context.executor().schedule(() -> {
                context.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
                context.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.copiedBuffer(new byte[] {'o', 'k'}), true));
            }, 1, TimeUnit.SECONDS);
        }
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Close.java"

seen=$(java -cp "$work:$work/lib/*" Close 2> "$work/log")
expected='by default (0 ms): cut
gracefulShutdownTimeoutMillis(10000): answered'
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; expected:"; echo "$expected"; exit 1; }
