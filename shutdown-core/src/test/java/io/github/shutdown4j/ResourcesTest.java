package io.github.shutdown4j;

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

import com.sun.net.httpserver.HttpServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.internal.FakeTicker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

@Timeout(30)
class ResourcesTest {

    private static final Duration PLENTY = Duration.ofSeconds(20);

    private final List<String> trace = Probe.trace();

    @TempDir
    Path folder;

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
        Path path = folder.resolve("journal");
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
        Path path = folder.resolve("file");
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

    // Executors

    @Test
    void executorWorksOffWhatItHas() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        for (int i = 0; i < 5; i++) {
            executor.execute(() -> trace.add("ran"));
        }
        StepResult step = release(Resources.executor("pool", executor));

        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEmpty();
        assertThat(trace).hasSize(5);
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void executorOutOfTimeIsStoppedAndTheReportSaysHowManyTasksNeverStarted() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        CountDownLatch running = new CountDownLatch(2);
        for (int i = 0; i < 5; i++) {
            executor.execute(() -> {
                running.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
        }
        Probe.await(running);
        FakeTicker ticker = new FakeTicker(); // stands still, so that the executor has all the mercy it needs
        ResourceManager manager = new ResourceManager(Duration.ofSeconds(2), ticker);
        manager.register(Resources.executor("pool", executor));
        CompletableFuture<List<StepResult>> release = ReleaseFixture.release(manager, PLENTY);
        Awaitility.await().until(executor::isShutdown);
        ticker.awaitSleepers(1);
        ticker.advance(Duration.ofSeconds(2));

        StepResult step = release.get(10, TimeUnit.SECONDS).get(0);
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).contains("its limit of 2 s").contains("3 tasks never started, 2 tasks interrupted");
        assertThat(step.elapsed()).isEqualTo(Duration.ofSeconds(2));
        Probe.await(interrupted);
    }

    @Test
    void scheduledTasksThatAreNotDueAreDroppedAndCounted() throws Exception {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        executor.execute(() -> {
            running.countDown();
            Probe.await(mayGoOn);
        });
        executor.execute(() -> trace.add("due"));
        var unused1 = executor.schedule(() -> trace.add("late"), 1, TimeUnit.HOURS);
        var unused2 = executor.scheduleAtFixedRate(() -> trace.add("tick"), 1, 1, TimeUnit.HOURS);
        Probe.await(running);
        Resource resource = Resource.of("release the task", () -> mayGoOn.countDown());
        ResourceManager manager = ResourceManager.create();
        manager.register(Resources.executor("pool", executor));
        manager.register(resource);
        StepResult step = manager.release(PLENTY).get(0);

        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.detail()).isEqualTo("1 task never started");
        assertThat(trace).containsExactly("due");
    }

    @Test
    void commonPoolIsRefusedAndOthersAreNot() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Resources.executor("pool", ForkJoinPool.commonPool()))
                .withMessageContaining("common pool");
        ForkJoinPool own = new ForkJoinPool(2);
        own.execute(() -> trace.add("ran"));
        assertThat(release(Resources.executor("pool", own)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(trace).containsExactly("ran");
    }

    @Test
    void virtualThreadExecutorIsShutDownInOrderAndByForce() throws Exception { // scenario 95
        assumeThat(Runtime.version().feature())
                .as("virtual threads exist since 21")
                .isGreaterThanOrEqualTo(21);
        ExecutorService orderly = virtualExecutor();
        orderly.execute(() -> trace.add("ran"));
        assertThat(release(Resources.executor("pool", orderly)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(trace).containsExactly("ran");

        ExecutorService stuck = virtualExecutor();
        CountDownLatch interrupted = new CountDownLatch(1);
        stuck.execute(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        Resource resource = Resources.executor("pool", stuck).withTimeout(Duration.ofMillis(200));
        assertThat(release(resource).outcome()).isEqualTo(Outcome.TIMED_OUT);
        Probe.await(interrupted);
    }

    @Test
    void executorGivenAsAutoCloseableIsNotClosed() throws Exception {
        assumeThat(Runtime.version().feature())
                .as("executors are AutoCloseable since 19")
                .isGreaterThanOrEqualTo(19);
        Object executor = Executors.newSingleThreadExecutor();
        Resource resource = Resource.of("pool", 7, (AutoCloseable) executor);

        assertThat(resource).isInstanceOf(ExecutorResource.class);
        assertThat(resource.priority()).isEqualTo(7);
        assertThat(release(resource).outcome()).isEqualTo(Outcome.DONE);
    }

    private static ExecutorService virtualExecutor() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
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
        assertThatThrownBy(() -> accepted.get(10, TimeUnit.SECONDS))
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
        Resource resource = Resources.httpServer("http", server);

        assertThat(resource.priority()).isEqualTo(Resource.EARLY_PRIORITY);
        StepResult step = release(resource);
        assertThat(step.outcome()).isEqualTo(Outcome.DONE);
        assertThat(step.elapsed()).isLessThan(Duration.ofSeconds(1));
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
