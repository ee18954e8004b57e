package io.github.shutdown4j.examples.grpc;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.Example;
import io.github.shutdown4j.testing.ChildJvm;
import io.github.shutdown4j.testing.ChildJvms;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(300)
class GrpcServiceTest {

    /** The types of those frames and a flag, RFC 9113 sections 6.1, 6.2, 6.4, 6.7 and 6.8. */
    private static final int DATA = 0;

    private static final int HEADERS = 1;

    private static final int RST_STREAM = 3;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int END_STREAM = 1;
    private static final byte[] PING_FRAME = {0, 0, 8, PING, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final byte[] EMPTY_MESSAGE_OF_STREAM_3 = {0, 0, 5, DATA, END_STREAM, 0, 0, 0, 3, 0, 0, 0, 0, 0};

    @RegisterExtension
    private final ChildJvms jvms = new ChildJvms();

    @TempDir
    private Path directory;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private ManagedChannel channel(int port) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .disableRetry()
                .build();
        channels.add(channel);
        return channel;
    }

    @AfterEach
    void closeChannels() {
        channels.forEach(ManagedChannel::shutdownNow);
        threads.shutdownNow();
    }

    private static String call(ManagedChannel channel, int milliseconds) {
        return ClientCalls.blockingUnaryCall(channel, Ticks.WAIT, CallOptions.DEFAULT, Integer.toString(milliseconds));
    }

    private static Iterator<String> count(ManagedChannel channel, int last) {
        return ClientCalls.blockingServerStreamingCall(
                channel, Ticks.COUNT, CallOptions.DEFAULT, Integer.toString(last));
    }

    @Test
    @DisplayName("scenario 31: GOAWAY first, the streams complete, a new one is refused")
    void streamsCompleteAfterGoAway() throws Exception {
        ChildJvm app = Example.in(directory, jvms).env("PORT", "0").start();
        int port = Example.port(app);
        ManagedChannel channel = channel(port);
        List<Iterator<String>> streams = List.of(count(channel, 50), count(channel, 50), count(channel, 50));
        for (Iterator<String> stream : streams) {
            assertThat(stream.next()).isEqualTo("1");
        }
        CompletableFuture<Long> goAway = goAwayAt(port);
        List<CompletableFuture<Long>> ends =
                streams.stream().map(this::endOfTheRest).toList();
        app.signal("TERM");

        await().atMost(ofSeconds(60)).until(() -> channel.getState(false) != ConnectivityState.READY);
        assertThat(statusOf(() -> call(channel, 0))).isEqualTo(Status.Code.UNAVAILABLE);
        for (CompletableFuture<Long> end : ends) {
            assertThat(end.get() - goAway.get())
                    .as("nanoseconds from GOAWAY to the end of a stream")
                    .isPositive();
        }
        assertThat(app.awaitExit())
                .hasExitCode(0)
                .tookBetween(ofMillis(500), ofSeconds(28))
                .printed("3 finished");
        assertThat(Example.number(app, "calls finished: ")).isEqualTo(3);
    }

    @Test
    @DisplayName("scenarios 17 and 73: NOT_SERVING is announced first; every call in progress is answered")
    void nothingAcceptedIsLost() throws Exception {
        ChildJvm app = Example.in(directory, jvms)
                .env("PORT", "0")
                .env("APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "6")
                .start();
        int port = Example.port(app);
        HealthCheckRequest whole = HealthCheckRequest.getDefaultInstance();
        Iterator<HealthCheckResponse> watch =
                HealthGrpc.newBlockingStub(channel(port)).watch(whole);
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);

        AtomicInteger answered = new AtomicInteger();
        List<Status.Code> ends = new CopyOnWriteArrayList<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ManagedChannel channel = channel(port);
            Thread client = new Thread(() -> ends.add(statusOf(() -> {
                while (true) {
                    call(channel, 3);
                    answered.incrementAndGet();
                }
            })));
            client.start();
            clients.add(client);
        }
        await().atMost(ofSeconds(60)).until(() -> answered.get() > 100);
        app.signal("TERM");

        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        int announced = answered.get();
        for (Thread client : clients) {
            client.join();
        }
        assertThat(answered.get()).as("served on while announced").isGreaterThan(announced);
        assertThat(ends).hasSize(8).containsOnly(Status.Code.UNAVAILABLE);
        assertThat(statusOf(watch::next)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ofSeconds(6), ofSeconds(28));
        assertThat(Example.number(app, "calls finished: ")).isEqualTo(answered.get());
    }

    @Test
    void aSubscriptionIsEndedByTheDrainWithAStatusToTryElsewhere() throws Exception {
        ChildJvm app = Example.in(directory, jvms).env("PORT", "0").start();
        Iterator<String> subscription = ClientCalls.blockingServerStreamingCall(
                channel(Example.port(app)), Ticks.SUBSCRIBE, CallOptions.DEFAULT, "news");
        assertThat(subscription.next()).isEqualTo("subscribed to news");
        app.signal("TERM");
        assertThat(statusOf(subscription::next)).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, ofSeconds(28));
    }

    @Test
    @DisplayName("a call in transit while the server stops is refused with a status, not reset")
    void callThatCrossesGoAwayIsRefused() throws Exception {
        ChildJvm app = Example.in(directory, jvms).env("PORT", "0").start();
        try (Socket client = connect(Example.port(app))) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            app.signal("TERM");
            awaitFrame(in, GOAWAY);
            client.getOutputStream().write(headersOfACall(1, "/Ticks/Wait"));
            assertThat(awaitFrame(in, HEADERS, RST_STREAM)).isEqualTo(HEADERS);
            client.close();
            assertThat(app.awaitExit()).hasExitCode(0).tookBetween(ZERO, ofSeconds(28));
        }
    }

    @Test
    @DisplayName("a call whose message does not arrive is refused in the drain, as no handler has been called")
    void callWithoutItsMessageIsRefused() throws Exception {
        ChildJvm app = Example.in(directory, jvms).env("PORT", "0").start();
        try (Socket client = connect(Example.port(app))) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            client.getOutputStream().write(headersOfACall(1, "/Ticks/Wait"));
            // Answered after the first call has reached its interceptor: the executor takes them in turn.
            client.getOutputStream().write(headersOfACall(3, "/grpc.health.v1.Health/Check"));
            client.getOutputStream().write(EMPTY_MESSAGE_OF_STREAM_3);
            awaitFrame(in, HEADERS); // of the answer
            awaitFrame(in, HEADERS); // its trailers
            app.signal("TERM");
            assertThat(awaitFrame(in, HEADERS, RST_STREAM)).isEqualTo(HEADERS);
            client.close();
            assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ofMillis(900), ofSeconds(18));
        }
        assertThat(Example.number(app, "calls finished: ")).isZero();
    }

    @Test
    @DisplayName("a client that is gone with a call in progress does not hold the drain to its limit")
    void clientThatIsGoneIsFound() throws Exception {
        ChildJvm app = Example.in(directory, jvms).env("PORT", "0").start();
        try (Socket client = connect(Example.port(app))) {
            client.getOutputStream().write(headersOfACall(1, "/Ticks/Upload"));
            client.getOutputStream().write(PING_FRAME);
            awaitFrame(new DataInputStream(client.getInputStream()), PING); // the last frame that the client answers
            app.signal("TERM");
            assertThat(app.awaitExit()).hasExitCode(0).abandonedNothing().tookBetween(ZERO, ofSeconds(19));
        }
    }

    /** A HEADERS frame that opens a stream, RFC 9113 section 6.2, with its fields as RFC 7541 section 6.2.2 has them. */
    private static byte[] headersOfACall(int stream, String path) throws IOException {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.write(new byte[] {(byte) 0x83, (byte) 0x86}); // :method POST, :scheme http
        field(fields, ":path", path);
        field(fields, ":authority", "localhost");
        field(fields, "te", "trailers");
        field(fields, "content-type", "application/grpc");
        byte endHeaders = 4;
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(new byte[] {0, 0, (byte) fields.size(), HEADERS, endHeaders, 0, 0, 0, (byte) stream});
        fields.writeTo(frame);
        return frame.toByteArray();
    }

    private static void field(ByteArrayOutputStream to, String name, String value) throws IOException {
        to.write(0); // literal, not for the table
        for (String text : List.of(name, value)) {
            to.write(text.length());
            to.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static Status.Code statusOf(Runnable call) {
        try {
            call.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    /** Reads 2 to 20, and returns when that was done. */
    private CompletableFuture<Long> endOfTheRest(Iterator<String> stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<String> rest = new ArrayList<>();
                    stream.forEachRemaining(rest::add);
                    assertThat(rest).hasSize(49).endsWith("50");
                    return System.nanoTime();
                },
                threads);
    }

    /** An HTTP/2 client that is connected, makes no call, and reads frames; returns when GOAWAY arrives. */
    private CompletableFuture<Long> goAwayAt(int port) throws IOException {
        Socket socket = connect(port);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        return CompletableFuture.supplyAsync(
                () -> {
                    try (socket) {
                        awaitFrame(in, GOAWAY);
                        return System.nanoTime();
                    } catch (IOException closedWithoutIt) {
                        throw new UncheckedIOException(closedWithoutIt);
                    }
                },
                threads);
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket("localhost", port);
        byte[] emptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(emptySettings);
        readFrame(new DataInputStream(socket.getInputStream())); // the server's settings: the connection is established
        return socket;
    }

    /** Skips frames until one of these types, and returns its type. */
    private static int awaitFrame(DataInputStream in, Integer... types) throws IOException {
        int type = readFrame(in);
        while (!List.of(types).contains(type)) {
            type = readFrame(in);
        }
        return type;
    }

    private static int readFrame(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.skipNBytes(5 + length);
        return type;
    }
}
