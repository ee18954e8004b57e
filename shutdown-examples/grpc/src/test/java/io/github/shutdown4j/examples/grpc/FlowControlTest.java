package io.github.shutdown4j.examples.grpc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.testing.Attempts;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that read late or never, or send messages after the drain has begun. */
@Timeout(300)
class FlowControlTest {

    /** The window that the client opens for each stream and for the connection, the smallest one of HTTP/2. */
    private static final int WINDOW = 65_535;

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private final List<ManagedChannel> channels = new ArrayList<>();

    @AfterEach
    void closeChannels() {
        channels.forEach(ManagedChannel::shutdownNow);
    }

    @Test
    void aSubscriptionWhoseClientDoesNotReadIsNotWaitedFor() {
        ChildJvm app = Example.in(directory, jvms).env("PORT", "0").start();
        Client client = call(app, Ticks.SUBSCRIBE, "x".repeat(10 * WINDOW));
        client.call.halfClose();
        await().atMost(ofSeconds(60)).until(client.hasHeaders::isDone);
        app.signal("TERM");
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), ofSeconds(18));
    }

    @Test
    void aDownloadWhoseClientReadsLateIsCompleted() throws Exception {
        ChildJvm app = Example.in(directory, jvms).logs().env("PORT", "0").start();
        Client client = call(app, Ticks.DOWNLOAD, "x".repeat(WINDOW));
        client.call.halfClose();
        client.call.request(1);
        client.awaitMessage();
        app.signal("TERM");
        app.awaitLine("phase stop done");
        client.call.request(99);
        for (int i = 1; i < 100; i++) {
            assertThat(client.awaitMessage()).hasSize(WINDOW);
        }
        assertThat(client.awaitEnd()).isEqualTo(Status.Code.OK);
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, ofSeconds(28));
        assertThat(Example.number(app, "calls finished: ")).isEqualTo(1);
    }

    @Test
    void aDownloadWhoseClientDoesNotReadIsNamedInTheReport() {
        ChildJvm app = Example.in(directory, jvms)
                .env("PORT", "0")
                .env("APP_SHUTDOWN_DRAIN_TIMEOUT_SECS", "2")
                .start();
        Client client = call(app, Ticks.DOWNLOAD, "x".repeat(WINDOW));
        client.call.halfClose();
        await().atMost(ofSeconds(60)).until(client.hasHeaders::isDone);
        app.signal("TERM");
        assertThat(app.awaitExit())
                .hasExitCode(1)
                .printed("0 finished, 1 abandoned", "tracker 'calls': Ticks/Download")
                .tookBetween(ofSeconds(2), ofSeconds(28));
        assertThat(Example.number(app, "calls finished: ")).isZero();
    }

    @Test
    void anUploadContinuesAfterTheDrainHasBegun() throws Exception {
        ChildJvm app = Example.in(directory, jvms).logs().env("PORT", "0").start();
        Client client = call(app, Ticks.UPLOAD, "a");
        app.awaitLine("received a");
        app.signal("TERM");
        app.awaitLine("phase stop done");
        client.call.sendMessage("b");
        client.call.sendMessage("c");
        client.call.halfClose();
        client.call.request(2);
        assertThat(client.awaitMessage()).isEqualTo("abc");
        assertThat(client.awaitEnd()).isEqualTo(Status.Code.OK);
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, ofSeconds(28));
    }

    @Test
    void theMessageInProgressIsAnsweredBeforeAConversationEnds() throws Exception {
        Attempts.upToThree(this::messageInProgressIsAnswered);
    }

    private void messageInProgressIsAnswered() throws Exception {
        ChildJvm app = Example.in(directory, jvms).env("PORT", "0").start();
        Client client = call(app, Ticks.WORK, "1", "3000", "2");
        client.call.request(9);
        app.awaitLine("works for 3000");
        app.signal("TERM");
        assertThat(client.awaitMessage()).isEqualTo("done 1");
        assertThat(client.awaitMessage()).isEqualTo("done 3000");
        assertThat(client.awaitEnd()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, ofSeconds(28));
        Attempts.inTime(() -> assertThat(app.out()).doesNotContain("works for 2")); // it has three seconds
        assertThat(Example.number(app, "calls finished: ")).isEqualTo(2);
    }

    @Test
    void aCallThatTheClientCancelsOrWhoseDeadlinePassesIsWaitedForUntilItsHandlerEnds() throws Exception {
        Attempts.upToThree(this::cancelledAndLateCallsAreWaitedFor);
    }

    private void cancelledAndLateCallsAreWaitedFor() throws Exception {
        ChildJvm app = Example.in(directory, jvms).logs().env("PORT", "0").start();
        Client cancelled = call(app, Ticks.WORK, "3000");
        ManagedChannel channel = channel(app);
        Client first = call(channel, CallOptions.DEFAULT, Ticks.WORK, "1");
        first.call.halfClose();
        first.call.request(1);
        assertThat(first.awaitEnd()).isEqualTo(Status.Code.OK); // its connection is open
        app.awaitLine("works for 3000");
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS);
        Client late = call(channel, options, Ticks.WORK, "4000");
        await().until(() -> app.out().contains("works for 4000") || late.end.isDone());
        Attempts.inTime(() -> assertThat(app.out()).contains("works for 4000"));
        app.signal("TERM");
        app.awaitLine("phase stop done");
        cancelled.call.cancel("no longer needed", null);
        assertThat(late.awaitEnd()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, ofSeconds(28));
        assertThat(Example.number(app, "calls finished: ")).isEqualTo(3);
    }

    private Client call(ChildJvm app, MethodDescriptor<String, String> method, String... messages) {
        return call(channel(app), CallOptions.DEFAULT, method, messages);
    }

    private ManagedChannel channel(ChildJvm app) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", Example.port(app))
                .usePlaintext()
                .flowControlWindow(WINDOW)
                .disableRetry()
                .build();
        channels.add(channel);
        return channel;
    }

    /** A call that has asked for no answer yet, whose client continues to send. */
    private static Client call(
            ManagedChannel channel, CallOptions options, MethodDescriptor<String, String> method, String... messages) {
        Client client = new Client(channel.newCall(method, options));
        client.call.start(client, new Metadata());
        for (String message : messages) {
            client.call.sendMessage(message);
        }
        return client;
    }

    private static final class Client extends ClientCall.Listener<String> {

        private final ClientCall<String, String> call;
        private final CompletableFuture<Void> hasHeaders = new CompletableFuture<>();
        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Status.Code> end = new CompletableFuture<>();

        Client(ClientCall<String, String> call) {
            this.call = call;
        }

        @Override
        public void onHeaders(Metadata headers) {
            hasHeaders.complete(null);
        }

        @Override
        public void onMessage(String message) {
            messages.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status.getCode());
        }

        String awaitMessage() throws InterruptedException {
            String message = messages.poll(60, TimeUnit.SECONDS);
            assertThat(message).as("a message; the end of the call: %s", end).isNotNull();
            return message;
        }

        Status.Code awaitEnd() throws Exception {
            return end.get(60, TimeUnit.SECONDS);
        }
    }
}
