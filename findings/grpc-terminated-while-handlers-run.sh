#!/usr/bin/env bash
# gRPC: awaitTermination() of a server returns true although handlers are still running: it waits for calls, not for their code.
#
# guess:  once awaitTermination() has returned true, no handler runs any more, so the database that they use can be closed.
# seen:   grpc-java 1.85.1, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-29. A unary handler that blocks, and a server that is
#         stopped meanwhile:
#           call in flight, shutdown: not terminated while the handler runs
#           handler has answered and goes on, shutdown: terminated=true, handler running=yes interrupted=no
#           client has given up, shutdown: terminated=true, handler running=yes interrupted=no
#           call in flight, shutdownNow: terminated=true, handler running=yes interrupted=no
#         A call ends with its answer, or with the cancellation by the client, its deadline or shutdownNow(). Its handler is not
#         interrupted and not waited for. An answer that it gives afterwards fails (RejectedExecutionException). A server
#         interceptor can count handlers: onComplete and onCancel of its listener are called after the handler has returned.
# matters to: anyone who closes a pool or a file after awaitTermination().
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
  <artifactId>grpc-handlers</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-netty-shaded</artifactId><version>1.85.1</version></dependency>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-stub</artifactId><version>1.85.1</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B -f "$work/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$work/lib" || { echo "needs Maven, and what it fetches"; exit 2; }

cat > "$work/Handlers.java" <<'JAVA'
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

public class Handlers {
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
        System.out.println("call in flight, shutdown: " + run(false, false, false));
        System.out.println("handler has answered and goes on, shutdown: " + run(true, false, false));
        System.out.println("client has given up, shutdown: " + run(false, true, false));
        System.out.println("call in flight, shutdownNow: " + run(false, false, true));
        System.exit(0);
    }

    private static String run(boolean answers, boolean givesUp, boolean now) throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        ExecutorService executor = Executors.newCachedThreadPool();
        Server server = NettyServerBuilder.forPort(0).executor(executor)
                .addService(ServerServiceDefinition.builder("findings")
                        .addMethod(CALL, ServerCalls.asyncUnaryCall((byte[] request, StreamObserver<byte[]> answer) -> {
                            Context.current().addListener(context -> cancelled.countDown(), Runnable::run);
                            if (answers) {
                                answer.onNext(request);
                                answer.onCompleted();
                            }
                            inside.countDown();
                            try {
                                mayReturn.await();
                                if (!answers) {
                                    answer.onNext(request);
                                    answer.onCompleted();
                                }
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                            } catch (RuntimeException e) {
                                System.err.println(e);
                            } finally {
                                returned.countDown();
                            }
                        })).build())
                .build().start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
        Future<byte[]> call = ClientCalls.futureUnaryCall(channel.newCall(CALL, CallOptions.DEFAULT), new byte[1]);
        inside.await();
        if (answers) {
            call.get();
        }
        if (givesUp) {
            call.cancel(true);
            cancelled.await();
        }
        if (now) {
            server.shutdownNow();
        } else {
            server.shutdown();
        }
        boolean inFlight = !answers && !givesUp && !now;
        boolean terminated = server.awaitTermination(inFlight ? 1 : 30, TimeUnit.SECONDS);
        String seen = !terminated && returned.getCount() == 1
                ? "not terminated while the handler runs"
                : "terminated=" + terminated + ", handler running=" + (returned.getCount() == 1 ? "yes" : "no")
                        + " interrupted=" + (interrupted.getCount() == 0 ? "yes" : "no");
        mayReturn.countDown();
        returned.await();
        channel.shutdownNow();
        server.awaitTermination();
        executor.shutdown();
        return seen;
    }
}
JAVA
javac -cp "$work/lib/*" -d "$work" "$work/Handlers.java"

seen=$(java -cp "$work:$work/lib/*" Handlers 2> "$work/log") || { cat "$work/log"; exit 1; }
running='terminated=true, handler running=yes interrupted=no'
expected="call in flight, shutdown: not terminated while the handler runs
handler has answered and goes on, shutdown: $running
client has given up, shutdown: $running
call in flight, shutdownNow: $running"

echo "$seen"
[ "$seen" = "$expected" ] || { cat "$work/log"; echo "changed; expected:"; echo "$expected"; exit 1; }
