#!/usr/bin/env bash
# gRPC: a call that waits for its server is not failed by shutdown() of the channel: it is sent whenever a server comes up.
#
# guess:  shutdown() fails a call that has never been sent; only calls in flight may go on.
# seen:   grpc-java 1.85.1, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. No server; a call, a second, shutdown() of the channel:
#           by default: failed before the shutdown
#           withWaitForReady, 3 s after the shutdown: waiting, channel terminated=no
#           withWaitForReady and a deadline of 3 s: failed by its deadline, channel terminated=yes
#           withWaitForReady, server started after these 3 s: answered, channel terminated=yes
#           withWaitForReady, shutdownNow: failed, channel terminated=yes
#         The channel continues to connect in the background. Without a deadline and without a server, awaitTermination() takes
#         its whole limit.
# matters to: a stop while a service that is called is away: give such calls a deadline, and end with shutdownNow().
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
  <artifactId>grpc-waiting</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-netty-shaded</artifactId><version>1.85.1</version></dependency>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-stub</artifactId><version>1.85.1</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Waiting.java" <<'JAVA'
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

public class Waiting {
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
        int port = freePort();
        CallOptions waits = CallOptions.DEFAULT.withWaitForReady();

        ManagedChannel channel = channel(port);
        System.out.println("by default: " + outcome(call(channel, CallOptions.DEFAULT), 30) + " before the shutdown");
        channel.shutdownNow();

        channel = channel(port);
        Future<byte[]> call = call(channel, waits);
        awaitRefusal(channel);
        channel.shutdown();
        String terminated = terminated(channel, 3);
        System.out.println("withWaitForReady, 3 s after the shutdown: " + outcome(call, 0) + terminated);

        ManagedChannel limited = channel(port);
        Future<byte[]> limitedCall = call(limited, waits.withDeadlineAfter(3, TimeUnit.SECONDS));
        awaitRefusal(limited);
        limited.shutdown();
        System.out.println("withWaitForReady and a deadline of 3 s: " + outcome(limitedCall, 30) + " by its deadline" + terminated(limited, 30));

        Server server = NettyServerBuilder.forPort(port)
                .addService(ServerServiceDefinition.builder("findings")
                        .addMethod(CALL, ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> answer) -> {
                            answer.onNext(request);
                            answer.onCompleted();
                        })).build())
                .build().start();
        System.out.println("withWaitForReady, server started after these 3 s: " + outcome(call, 60) + terminated(channel, 30));
        server.shutdownNow().awaitTermination();

        ManagedChannel cut = channel(freePort());
        Future<byte[]> cutCall = call(cut, waits);
        awaitRefusal(cut);
        cut.shutdownNow();
        System.out.println("withWaitForReady, shutdownNow: " + outcome(cutCall, 30) + terminated(cut, 30));
        System.exit(0);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    /** Returns when the channel has tried to connect in vain, so when its call waits. */
    private static void awaitRefusal(ManagedChannel channel) throws InterruptedException {
        ConnectivityState state = channel.getState(false);
        while (state != ConnectivityState.TRANSIENT_FAILURE) {
            CountDownLatch changed = new CountDownLatch(1);
            channel.notifyWhenStateChanged(state, changed::countDown);
            changed.await();
            state = channel.getState(false);
        }
    }

    private static Future<byte[]> call(ManagedChannel channel, CallOptions options) {
        return ClientCalls.futureUnaryCall(channel.newCall(CALL, options), new byte[1]);
    }

    private static String outcome(Future<byte[]> call, int seconds) throws InterruptedException {
        try {
            call.get(seconds, TimeUnit.SECONDS);
            return "answered";
        } catch (TimeoutException e) {
            return "waiting";
        } catch (ExecutionException e) {
            System.err.println(Status.fromThrowable(e));
            return "failed";
        }
    }

    private static String terminated(ManagedChannel channel, int seconds) throws InterruptedException {
        return ", channel terminated=" + (channel.awaitTermination(seconds, TimeUnit.SECONDS) ? "yes" : "no");
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Waiting.java"

seen=$(timeout 150 java -cp "$work:$work/lib/*" Waiting 2> "$work/log") || { cat "$work/log"; exit 1; }
expected='by default: failed before the shutdown
withWaitForReady, 3 s after the shutdown: waiting, channel terminated=no
withWaitForReady and a deadline of 3 s: failed by its deadline, channel terminated=yes
withWaitForReady, server started after these 3 s: answered, channel terminated=yes
withWaitForReady, shutdownNow: failed, channel terminated=yes'

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
