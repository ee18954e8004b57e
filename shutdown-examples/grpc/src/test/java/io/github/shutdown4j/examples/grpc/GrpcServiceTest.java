package io.github.shutdown4j.examples.grpc;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
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
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.examples.process.ExampleProcess;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class GrpcServiceTest {

    /** The type of that frame, RFC 9113 section 6.8. */
    private static final int GOAWAY = 7;

    @TempDir
    private Path folder;

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
        try (ExampleProcess app = ExampleProcess.start(folder, Map.of("PORT", "0"))) {
            int port = app.awaitPort();
            ManagedChannel channel = channel(port);
            List<Iterator<String>> streams = List.of(count(channel, 20), count(channel, 20), count(channel, 20));
            for (Iterator<String> stream : streams) {
                assertThat(stream.next()).isEqualTo("1");
            }
            CompletableFuture<Long> goAway = goAwayAt(port);
            List<CompletableFuture<Long>> ends =
                    streams.stream().map(this::endOfTheRest).toList();
            app.signal("TERM");

            await().until(() -> channel.getState(false) != ConnectivityState.READY);
            assertThat(statusOf(() -> call(channel, 0))).isEqualTo(Status.Code.UNAVAILABLE);
            for (CompletableFuture<Long> end : ends) {
                assertThat(end.get() - goAway.get())
                        .as("nanoseconds from GOAWAY to the end of a stream")
                        .isPositive();
            }
            assertThat(app.awaitExit(0)).isBetween(ofMillis(500), ofSeconds(15));
            assertThat(app.number("calls finished: ")).isEqualTo(3);
            assertThat(app.output()).anyMatch(line -> line.contains("3 finished"));
        }
    }

    @Test
    @DisplayName("scenarios 17 and 73: NOT_SERVING is announced first; every call that was worked on is answered")
    void nothingAcceptedIsLost() throws Exception {
        try (ExampleProcess app =
                ExampleProcess.start(folder, Map.of("PORT", "0", "APP_SHUTDOWN_ANNOUNCE_DELAY_SECS", "1"))) {
            int port = app.awaitPort();
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
            await().until(() -> answered.get() > 100);
            app.signal("TERM");

            assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
            int announced = answered.get();
            for (Thread client : clients) {
                client.join();
            }
            assertThat(answered.get()).as("served on while announced").isGreaterThan(announced);
            assertThat(ends).hasSize(8).containsOnly(Status.Code.UNAVAILABLE);
            assertThat(app.awaitExit(0)).isBetween(ofSeconds(1), ofSeconds(15));
            assertThat(app.number("calls finished: ")).isEqualTo(answered.get());
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

    /** Reads 2 to 20, and says when that was done. */
    private CompletableFuture<Long> endOfTheRest(Iterator<String> stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<String> rest = new ArrayList<>();
                    stream.forEachRemaining(rest::add);
                    assertThat(rest).hasSize(19).endsWith("20");
                    return System.nanoTime();
                },
                threads);
    }

    /** An HTTP/2 client that is connected, makes no call, and reads frames: when is one of them GOAWAY? */
    private CompletableFuture<Long> goAwayAt(int port) throws IOException {
        Socket socket = new Socket("localhost", port);
        byte[] emptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(emptySettings);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        readFrame(in); // the server's settings: it knows us
        return CompletableFuture.supplyAsync(
                () -> {
                    try (socket) {
                        while (readFrame(in) != GOAWAY) {
                            // Others may come before.
                        }
                        return System.nanoTime();
                    } catch (IOException closedWithoutIt) {
                        throw new UncheckedIOException(closedWithoutIt);
                    }
                },
                threads);
    }

    private static int readFrame(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.skipNBytes(5 + length);
        return type;
    }
}
