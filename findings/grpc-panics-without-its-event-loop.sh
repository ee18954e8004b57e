#!/usr/bin/env bash
# gRPC: if its event loop group is ended before the channel, a call fails with "Panic! This is a bug!", and the channel never terminates.
#
# guess:  a call fails with UNAVAILABLE, as for a lost connection, and shutdown() of the channel ends normally.
# seen:   grpc-java 1.85.1 with the Netty that it brings, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A channel with an event loop group
#         of the application; a call has been answered; then both are ended, with a call in between:
#           group first: call=INTERNAL, terminated within 5 s of shutdown()=no, of shutdownNow()=yes
#           channel first: call=UNAVAILABLE, terminated within 5 s of shutdown()=yes, of shutdownNow()=yes
#         "event executor terminated" (RejectedExecutionException) is in the log, several times with a stack trace, at SEVERE. INTERNAL is not
#         among the codes that callers repeat.
# matters to: applications that share an event loop group between servers, clients and channels: end it as the last one, as a resource on
#         which all channels depend.
#
# needs: a JDK 17 or later and Maven. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>event-loop</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-netty</artifactId><version>1.85.1</version></dependency>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-stub</artifactId><version>1.85.1</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Group.java <<'JAVA'
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

public class Group {
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };
    private static final MethodDescriptor<byte[], byte[]> CALL = MethodDescriptor.newBuilder(BYTES, BYTES)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("findings/Call")
            .build();

    public static void main(String[] args) throws Exception {
        Server server = NettyServerBuilder.forPort(0)
                .addService(ServerServiceDefinition.builder("findings")
                        .addMethod(CALL, ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> answer) -> {
                            answer.onNext(request);
                            answer.onCompleted();
                        })).build())
                .build().start();
        for (String first : new String[] {"group", "channel"}) {
            EventLoopGroup group = new NioEventLoopGroup(1);
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().eventLoopGroup(group)
                    .channelType(NioSocketChannel.class).build();
            ClientCalls.blockingUnaryCall(channel, CALL, CallOptions.DEFAULT, new byte[1]);
            String call;
            if (first.equals("group")) {
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
                call = call(channel);
                channel.shutdown();
            } else {
                channel.shutdown();
                call = call(channel);
            }
            String gently = answer(channel.awaitTermination(5, TimeUnit.SECONDS));
            channel.shutdownNow();
            String now = answer(channel.awaitTermination(5, TimeUnit.SECONDS));
            System.out.println(first + " first: call=" + call + ", terminated within 5 s of shutdown()=" + gently + ", of shutdownNow()=" + now);
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
        System.exit(0);
    }

    private static String call(ManagedChannel channel) throws InterruptedException {
        try {
            ClientCalls.futureUnaryCall(channel.newCall(CALL, CallOptions.DEFAULT), new byte[1]).get(30, TimeUnit.SECONDS);
            return "answered";
        } catch (ExecutionException e) {
            return Status.fromThrowable(e).getCode().name();
        } catch (TimeoutException e) {
            return "waits";
        }
    }

    private static String answer(boolean yes) {
        return yes ? "yes" : "no";
    }
}
JAVA
javac -cp 'lib/*' Group.java

seen=$(timeout 120 java -cp '.:lib/*' Group 2> log) || true
expected='group first: call=INTERNAL, terminated within 5 s of shutdown()=no, of shutdownNow()=yes
channel first: call=UNAVAILABLE, terminated within 5 s of shutdown()=yes, of shutdownNow()=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
