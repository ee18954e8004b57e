package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.FreePort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Two successive processes on a socket that the test holds, as systemd does. */
@Timeout(180)
class ActivatedSocketTest {

    /** Listens and passes the socket to two processes, the second after the first has ended. */
    private static final String HOLDER = """
            use IO::Socket::INET; use POSIX;
            $^F = 10;
            my $socket = IO::Socket::INET->new(Listen => 128, LocalAddr => "127.0.0.1", LocalPort => shift) or die $!;
            POSIX::dup2(fileno($socket), 3) unless fileno($socket) == 3;
            for my $i (1, 2) {
                my $child = fork;
                if (!$child) { $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 1; exec @ARGV or die $!; }
                waitpid $child, 0;
            }
            exit $? >> 8;
            """;

    private static final Duration GRACE = Duration.ofSeconds(60); // a start on a loaded machine

    @TempDir
    private Path directory;

    private int port;
    private Path output;
    private final AtomicBoolean enough = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();

    @Test
    void noConnectionIsRefusedWhileOneProcessReplacesTheOther() throws Exception {
        assumeTrue(Files.exists(Path.of("/usr/bin/perl")), "needs perl");
        port = FreePort.find();
        output = directory.resolve("output");
        Process holder = holder();
        List<Thread> clients = new ArrayList<>();
        try {
            awaitReady(1);
            for (int i = 0; i < 4; i++) {
                clients.add(new Thread(this::requestRepeatedly));
            }
            clients.forEach(Thread::start);
            awaitAnswersAfter(0);
            assertThat(child(holder).destroy()).isTrue(); // TERM
            awaitReady(2);
            awaitAnswersAfter(answered.get());
            enough.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(child(holder).destroy()).isTrue();
            assertThat(holder.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } finally {
            enough.set(true);
            holder.children().forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly();
        }
        assertThat(wrong).isEmpty();
        assertThat(holder.exitValue()).isZero();
        assertThat(Files.readString(output))
                .contains("http://localhost:" + port + "/docs")
                .doesNotContain("WARN", "ERROR");
        assertThat(Files.readString(output).split("clean after", -1)).hasSize(3);
    }

    private Process holder() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM,HUP", "perl", "-e", HOLDER));
        command.addAll(List.of(Integer.toString(port), java, "-XX:TieredStopAtLevel=1"));
        command.addAll(ClassArchive.options());
        command.addAll(List.of("-jar", System.getProperty("example.jar")));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(BackendProcess.testServers());
        return builder.start();
    }

    private static ProcessHandle child(Process holder) {
        return holder.children().findFirst().orElseThrow();
    }

    private void awaitReady(int times) {
        await().atMost(GRACE).until(() -> Files.readString(output).split("The backend is ready", -1).length > times);
    }

    private void awaitAnswersAfter(int before) {
        await().atMost(GRACE).until(() -> answered.get() > before + 100 || !wrong.isEmpty());
    }

    /** On a new connection each time. */
    private void requestRepeatedly() {
        while (!enough.get()) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout((int) GRACE.toMillis());
                String request = "GET /projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (answer.startsWith("HTTP/1.1 200 ")) {
                    answered.incrementAndGet();
                } else {
                    wrong.add(answer);
                }
            } catch (IOException e) {
                wrong.add(e.toString());
            }
        }
    }
}
