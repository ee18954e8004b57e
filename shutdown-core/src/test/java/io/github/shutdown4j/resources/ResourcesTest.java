package io.github.shutdown4j.resources;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.Probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(180)
class ResourcesTest {

    private static final Duration PLENTY = Duration.ofMinutes(2);

    private final List<String> trace = Probe.trace();

    @TempDir
    Path directory;

    // Databases

    @Test
    void databaseIsClosedAtItsPriority() throws Exception {
        Resource db = Resources.database("db", () -> trace.add("closed"));

        assertThat(db.priority()).isEqualTo(10);
        assertThat(release(db).outcome()).isEqualTo(Outcome.DONE);
        assertThat(trace).containsExactly("closed");
    }

    @Test
    void dataSourceThatCanBeClosedIsClosed() throws Exception {
        Resource db = Resources.dataSource("db", dataSource(DataSource.class, AutoCloseable.class));

        assertThat(db.priority()).isEqualTo(Resource.DATABASE_PRIORITY);
        release(db);
        assertThat(trace).containsExactly("close");
    }

    @Test
    void dataSourceThatCanNotBeClosedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Resources.dataSource("db", dataSource(DataSource.class)))
                .withMessageContaining("dataSource must be closeable")
                .withMessageContaining("not AutoCloseable");
        assertThatNullPointerException().isThrownBy(() -> Resources.dataSource("db", null));
    }

    private DataSource dataSource(Class<?>... types) {
        return (DataSource) Proxy.newProxyInstance(getClass().getClassLoader(), types, (proxy, method, args) -> {
            trace.add(method.getName());
            return null;
        });
    }

    // Files

    @Test
    void fileIsFlushedForcedAndClosedInThisOrder() throws Exception {
        Resource file = Resources.file("file", writer(false), new TracingChannel(trace, false));

        assertThat(file.priority()).isEqualTo(50);
        assertThat(release(file).outcome()).isEqualTo(Outcome.DONE);
        assertThat(trace).containsExactly("flush", "force true", "close writer", "close channel");
    }

    @Test
    void allStepsAreTriedAndTheFirstFailureIsTheCause() throws Exception {
        StepResult step = release(Resources.file("file", writer(true), new TracingChannel(trace, true)));

        assertThat(trace).containsExactly("flush", "force true", "close writer", "close channel");
        assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
        Throwable failure = step.failure().orElseThrow();
        assertThat(failure).hasMessage("flush failed");
        assertThat(failure.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("force failed", "close writer failed", "close channel failed");
    }

    @Test
    void bufferedTextReachesTheDisk() throws Exception {
        Path path = directory.resolve("journal");
        FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        BufferedWriter writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
        writer.write("last line");

        assertThat(release(Resources.file("journal", writer, channel)).outcome())
                .isEqualTo(Outcome.DONE);
        assertThat(path).hasContent("last line");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void everyKindOfFileIsAccepted() throws Exception {
        Path path = directory.resolve("file");
        List<Closeable> kinds = List.of(
                new FileOutputStream(path.toFile()),
                new RandomAccessFile(path.toFile(), "rw"),
                FileChannel.open(path, StandardOpenOption.READ),
                java.nio.channels.AsynchronousFileChannel.open(path, StandardOpenOption.WRITE),
                Files.newBufferedWriter(path),
                Files.newInputStream(path));
        for (Closeable kind : kinds) {
            assertThat(release(Resources.file("file", kind)).detail()).isEmpty();
            assertThat(release(Resources.file("closed already", kind)).outcome())
                    .isEqualTo(kind instanceof BufferedWriter ? Outcome.FAILED : Outcome.DONE);
        }
    }

    @Test
    void printWriterThatHasSwallowedAnErrorFails() throws Exception {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("disk full");
            }
        };
        PrintWriter writer = new PrintWriter(broken, false, StandardCharsets.UTF_8);
        writer.print("lost");

        assertThat(release(Resources.file("log", writer)).outcome()).isEqualTo(Outcome.FAILED);
    }

    private Closeable writer(boolean failing) {
        class Writer implements Closeable, java.io.Flushable {
            @Override
            public void flush() throws IOException {
                TracingChannel.step(trace, "flush", failing);
            }

            @Override
            public void close() throws IOException {
                TracingChannel.step(trace, "close writer", failing);
            }
        }
        return new Writer();
    }

    // Servers

    @Test
    void serverSocketIsClosedAndItsAcceptEnds() throws Exception {
        ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        CompletableFuture<Socket> accepted = new CompletableFuture<>();
        Thread acceptor = new Thread(() -> {
            try {
                accepted.complete(socket.accept());
            } catch (IOException e) {
                accepted.completeExceptionally(e);
            }
        });
        acceptor.start();
        Resource resource = Resources.serverSocket("intake", socket);

        assertThat(resource.priority()).isEqualTo(Resource.EARLY_PRIORITY);
        assertThat(release(resource).outcome()).isEqualTo(Outcome.DONE);
        assertThatThrownBy(() -> accepted.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SocketException.class);
    }

    @Test
    void serverChannelIsClosed() throws Exception {
        ServerSocketChannel channel = ServerSocketChannel.open();
        release(Resources.serverSocket("intake", channel));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void httpServerIsStoppedWithoutWaiting() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        int port = server.getAddress().getPort();
        Resource resource = Resources.httpServer("http", new TracingHttpServer(trace, server));

        assertThat(resource.priority()).isEqualTo(Resource.EARLY_PRIORITY);
        assertThat(release(resource).outcome()).isEqualTo(Outcome.DONE);
        assertThat(trace).containsExactly("stop after 0 s");
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void badArgumentsAreRefusedAtTheCall() {
        assertThatIllegalArgumentException().isThrownBy(() -> Resource.of(" ", () -> {}));
        assertThatIllegalArgumentException().isThrownBy(() -> Resources.database("", () -> {}));
        assertThatIllegalArgumentException().isThrownBy(() -> Resources.file("", writer(false)));
        assertThatNullPointerException().isThrownBy(() -> Resource.of(null, () -> {}));
        assertThatNullPointerException().isThrownBy(() -> Resource.of("a", null));
        assertThatNullPointerException().isThrownBy(() -> Resources.file("a", null));
        assertThatNullPointerException().isThrownBy(() -> Resources.executor("a", null));
        assertThatNullPointerException().isThrownBy(() -> Resources.httpServer("a", null));
        assertThatNullPointerException().isThrownBy(() -> Resources.serverSocket("a", (ServerSocket) null));
    }

    private static StepResult release(Resource resource) throws InterruptedException {
        ResourceManager manager = ResourceManager.create();
        manager.register(resource);
        return manager.release(PLENTY).get(0);
    }
}
