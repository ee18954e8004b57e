package io.github.shutdown4j.examples.backend.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.testing.ChildJvm;

import static io.github.shutdown4j.testing.ExitAssert.assertThat;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs signals")
class ServerProcessTest {

    @TempDir
    private Path directory;

    /** Starts a process and stops it, with the file of its id as the argument. */
    static final class Program {

        public static void main(String[] args) throws Exception {
            Process server = new ProcessBuilder("/bin/sleep", "600").start();
            Path pidFile = Files.writeString(Path.of(args[0]), server.pid() + "\n");
            try {
                program(pidFile).stop("INT", Duration.ofSeconds(20));
                System.out.println("the server has ended with " + server.waitFor());
            } finally {
                server.destroyForcibly();
            }
        }

        /** Some systems have a program for all small commands. */
        private static ServerProcess program(Path pidFile) throws IOException {
            String name = Path.of("/bin/sleep").toRealPath().getFileName().toString();
            return ServerProcess.of(pidFile, name).orElseThrow();
        }
    }

    @Test
    void serverIsSentTheSignal() throws Exception {
        try (ChildJvm child = ChildJvm.of(Program.class).args(pidFile()).start()) {
            assertThat(child.awaitExit()).hasExitCode(0).printed("the server has ended with 130");
        }
    }

    @Test
    void withoutAShellTheServerIsSentTheSignalThatTheJvmCanSend() throws Exception {
        try (ChildJvm child = ChildJvm.of(Program.class)
                .args(pidFile())
                .env("PATH", directory.toString())
                .start()) {
            assertThat(child.awaitExit()).hasExitCode(0).printed("the server has ended with 143");
        }
    }

    private String pidFile() {
        return directory.resolve("server.pid").toString();
    }
}
