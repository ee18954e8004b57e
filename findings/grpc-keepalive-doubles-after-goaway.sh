#!/usr/bin/env bash
# gRPC: a keepalive below the server's limit ends the calls after half a minute, and each such end doubles the keepalive of the channel.
#
# guess:  the server ignores pings that are too frequent, or ends the connection once; the channel connects again and pings as before.
# seen:   grpc-java 1.85.1, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A server with its defaults, a channel with keepAliveTime(10 s),
#         a call whose answer takes long, and once more after its end:
#           first call: RESOURCE_EXHAUSTED, after 25 to 45 s
#           second call: RESOURCE_EXHAUSTED, after 50 to 80 s
#         (31 and 60 s.) A server permits a ping every 5 minutes while a call is open, and answers the third one that comes sooner by GOAWAY,
#         "too_many_pings", which cuts the calls in flight. The channel then doubles its keepalive time, for all later connections, without a
#         way back: a server that is gone without a word is noticed later and later. Each step is only a warning in the log of the client.
# matters to: long calls and streams with a keepalive, meant to notice a lost server: permitKeepAliveTime(..) on the server, not above
#         keepAliveTime(..) of its clients.
#
# needs: a JDK 17 or later and Maven; takes two minutes. Exits with 0 if that is still so, with 1 if it has changed, with 2
# if the dependencies cannot be fetched.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>findings</groupId>
  <artifactId>keepalive</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-netty</artifactId><version>1.85.1</version></dependency>
    <dependency><groupId>io.grpc</groupId><artifactId>grpc-stub</artifactId><version>1.85.1</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Keepalive.java <<'JAVA'
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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

public class Keepalive {
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
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName("findings/Call")
            .build();

    public static void main(String[] args) throws Exception {
        Server server = NettyServerBuilder.forPort(0)
                .addService(ServerServiceDefinition.builder("findings")
                        .addMethod(CALL, ServerCalls.asyncServerStreamingCall((byte[] request, StreamObserver<byte[]> answer) -> { }))
                        .build())
                .build().start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext()
                .keepAliveTime(10, TimeUnit.SECONDS).build();
        System.out.println("first call: " + call(channel, 25, 45));
        System.out.println("second call: " + call(channel, 50, 80));
        System.exit(0);
    }

    private static String call(ManagedChannel channel, int least, int most) throws Exception {
        long began = System.nanoTime();
        CompletableFuture<String> end = new CompletableFuture<>();
        ClientCalls.asyncServerStreamingCall(channel.newCall(CALL, CallOptions.DEFAULT), new byte[1], new StreamObserver<byte[]>() {
            @Override
            public void onNext(byte[] value) {}

            @Override
            public void onError(Throwable cause) {
                System.err.println(cause);
                end.complete(Status.fromThrowable(cause).getCode().name());
            }

            @Override
            public void onCompleted() {
                end.complete("completed");
            }
        });
        String outcome;
        try {
            outcome = end.get(100, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            outcome = "continues";
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        System.err.println(seconds + " s");
        return outcome + ", after " + (seconds >= least && seconds <= most ? least + " to " + most : seconds) + " s";
    }
}
JAVA
javac -cp 'lib/*' Keepalive.java

seen=$(timeout 240 java -cp '.:lib/*' Keepalive 2> log) || true
expected='first call: RESOURCE_EXHAUSTED, after 25 to 45 s
second call: RESOURCE_EXHAUSTED, after 50 to 80 s'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
