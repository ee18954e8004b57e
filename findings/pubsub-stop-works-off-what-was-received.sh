#!/usr/bin/env bash
# Google Pub/Sub: after stopAsync(), a subscriber works off everything it has received, up to 1,000 messages, before it is terminated.
#
# guess:  running receivers end, messages that wait in the client are given back at once (nack), and awaitTerminated() returns soon.
# seen:   google-cloud-pubsub 1.143.0, OpenJDK 17.0.15 and Temurin 25.0.3, 2026-11-30. A server in place of Pub/Sub that has sent 20 messages,
#         receivers on two threads that need 1 s for each, stopAsync() during the first two:
#           by default: terminated after 7 s or more, received all 20=yes, given back=none
#           NACK_IMMEDIATELY: terminated after less than 7 s, received all 20=no, given back=all 20
#         By default up to 1,000 messages wait in the client (FlowControlSettings), and, by the documentation, the lease of each is extended as long as an hour. So a
#         stop with 30 s does less than a tenth of them at this pace; the others come again only when their leases have expired.
#         NACK_IMMEDIATELY returned after 13 ms: it gives back the two that are being received as well, whose receivers go on.
# matters to: subscribers in containers: a setMaxOutstandingElementCount(..) whose messages fit into the stop limit; or NACK_IMMEDIATELY
#         (setSubscriberShutdownSettings), with receivers that are counted and may be repeated.
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
  <artifactId>subscriber</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>com.google.cloud</groupId><artifactId>google-cloud-pubsub</artifactId><version>1.143.0</version></dependency>
    <dependency><groupId>com.google.api.grpc</groupId><artifactId>grpc-google-cloud-pubsub-v1</artifactId><version>1.125.0</version></dependency>
  </dependencies>
</project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib \
    || { echo "needs Maven, and what it fetches"; exit 2; }

cat > Receiver.java <<'JAVA'
import com.google.api.gax.core.InstantiatingExecutorProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.grpc.GrpcTransportChannel;
import com.google.api.gax.rpc.FixedTransportChannelProvider;
import com.google.cloud.pubsub.v1.MessageReceiver;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.cloud.pubsub.v1.SubscriberShutdownSettings;
import com.google.cloud.pubsub.v1.SubscriberShutdownSettings.ShutdownMode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.pubsub.v1.AcknowledgeRequest;
import com.google.pubsub.v1.ModifyAckDeadlineRequest;
import com.google.pubsub.v1.ProjectSubscriptionName;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.ReceivedMessage;
import com.google.pubsub.v1.StreamingPullRequest;
import com.google.pubsub.v1.StreamingPullResponse;
import com.google.pubsub.v1.SubscriberGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

public class Receiver {
    private static final int MESSAGES = 20;

    /** Sends all messages on the first request of a stream, and counts those that are given back. */
    static final class PubSub extends SubscriberGrpc.SubscriberImplBase {
        final AtomicInteger givenBack = new AtomicInteger();

        @Override
        public StreamObserver<StreamingPullRequest> streamingPull(StreamObserver<StreamingPullResponse> answer) {
            return new StreamObserver<>() {
                private boolean sent;

                @Override
                public void onNext(StreamingPullRequest request) {
                    if (sent) {
                        return;
                    }
                    sent = true;
                    StreamingPullResponse.Builder messages = StreamingPullResponse.newBuilder();
                    for (int i = 0; i < MESSAGES; i++) {
                        messages.addReceivedMessages(ReceivedMessage.newBuilder().setAckId("ack" + i).setMessage(
                                PubsubMessage.newBuilder().setMessageId("message" + i).setData(ByteString.copyFromUtf8("text"))));
                    }
                    answer.onNext(messages.build());
                }

                @Override
                public void onError(Throwable cause) {}

                @Override
                public void onCompleted() {
                    answer.onCompleted();
                }
            };
        }

        @Override
        public void acknowledge(AcknowledgeRequest request, StreamObserver<Empty> answer) {
            answer.onNext(Empty.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void modifyAckDeadline(ModifyAckDeadlineRequest request, StreamObserver<Empty> answer) {
            if (request.getAckDeadlineSeconds() == 0) {
                givenBack.addAndGet(request.getAckIdsCount());
            }
            answer.onNext(Empty.getDefaultInstance());
            answer.onCompleted();
        }
    }

    public static void main(String[] args) throws Exception {
        run("by default", null);
        run("NACK_IMMEDIATELY", SubscriberShutdownSettings.newBuilder().setMode(ShutdownMode.NACK_IMMEDIATELY).build());
        System.exit(0);
    }

    private static void run(String title, SubscriberShutdownSettings settings) throws Exception {
        PubSub pubSub = new PubSub();
        Server server = NettyServerBuilder.forPort(0).addService(pubSub).build().start();
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
        AtomicInteger received = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        MessageReceiver receiver = (message, reply) -> {
            two.countDown();
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            received.incrementAndGet();
            reply.ack();
        };
        Subscriber.Builder builder = Subscriber.newBuilder(ProjectSubscriptionName.of("project", "subscription"), receiver)
                .setChannelProvider(FixedTransportChannelProvider.create(GrpcTransportChannel.create(channel)))
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setParallelPullCount(1)
                .setExecutorProvider(InstantiatingExecutorProvider.newBuilder().setExecutorThreadCount(2).build());
        if (settings != null) {
            builder.setSubscriberShutdownSettings(settings);
        }
        Subscriber subscriber = builder.build();
        subscriber.startAsync().awaitRunning();
        two.await();
        long began = System.nanoTime();
        subscriber.stopAsync();
        String terminated;
        try {
            subscriber.awaitTerminated(60, TimeUnit.SECONDS);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            System.err.println(title + ": " + millis + " ms, received " + received + ", given back " + pubSub.givenBack);
            terminated = "terminated after " + (millis >= 7000 ? "7 s or more" : "less than 7 s");
        } catch (TimeoutException e) {
            terminated = "not terminated";
        }
        Thread.sleep(3000);
        int givenBack = pubSub.givenBack.get();
        System.out.println(title + ": " + terminated + ", received all 20=" + (received.get() == MESSAGES ? "yes" : "no") + ", given back="
                + (givenBack == MESSAGES ? "all 20" : givenBack > 0 ? "some" : "none"));
        channel.shutdownNow();
        server.shutdownNow();
    }
}
JAVA
javac -cp 'lib/*' Receiver.java

seen=$(timeout 200 java -cp '.:lib/*' Receiver 2> log) || true
expected='by default: terminated after 7 s or more, received all 20=yes, given back=none
NACK_IMMEDIATELY: terminated after less than 7 s, received all 20=no, given back=all 20'

echo "$seen"
[ "$seen" = "$expected" ] || { tail -n 30 log; echo "changed; expected:"; echo "$expected"; exit 1; }
