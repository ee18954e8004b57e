package io.github.shutdown4j.examples.backend.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that is not a child process, known by its pid file. */
record ServerProcess(ProcessHandle handle, Path pidFile, String program) {

    private static final Logger log = LoggerFactory.getLogger(ServerProcess.class);

    /** The process of the file, if it runs and is this program, because the process id may be reused. */
    static Optional<ServerProcess> of(Path pidFile, String program) throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.get(0).strip().matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                .filter(ProcessHandle::isAlive)
                .filter(found -> isProgram(found, program))
                .map(found -> new ServerProcess(found, pidFile, program));
    }

    /** Stops the server of an earlier run that was killed. */
    static void stopLeftover(Path pidFile, String program, String signal, Duration limit)
            throws IOException, InterruptedException {
        Optional<ServerProcess> leftover = of(pidFile, program);
        if (leftover.isPresent()) {
            log.info(
                    "stopping {} (process {}), left over from an earlier run",
                    program,
                    leftover.get().pid());
            leftover.get().stop(signal, limit);
        }
        Files.deleteIfExists(pidFile); // left by a server that was killed as well
    }

    long pid() {
        return handle.pid();
    }

    /** Sends the signal and waits for the end; on Windows, without signals, kills the process. */
    void stop(String signal, Duration limit) throws IOException, InterruptedException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            handle.destroyForcibly();
        } else if (handle.isAlive()) {
            send(signal);
        }
        awaitEnd(limit);
    }

    /** By the shell's own kill, because small images have no other; without a shell, sends SIGTERM instead. */
    private void send(String signal) throws InterruptedException {
        String why;
        try {
            int code = new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (code == 0 || !handle.isAlive()) {
                return;
            }
            why = "kill has ended with " + code;
        } catch (IOException noShell) { // or this JVM can start no process, because its JDK has been replaced
            why = noShell.getMessage();
        }
        log.warn("cannot send SIG{} to {} by sh ({}), sending SIGTERM", signal, program, why);
        handle.destroy();
    }

    /** Both servers remove the file last; a killed one leaves it. */
    void awaitEnd(Duration limit) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (handle.isAlive() && Files.exists(pidFile)) {
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new IOException(
                        program + " (process " + pid() + ") is still running after " + limit.toSeconds() + " s");
            }
            Thread.sleep(10);
        }
    }

    private static boolean isProgram(ProcessHandle found, String program) {
        return found.info()
                .command()
                .map(command -> Path.of(command).getFileName().toString().startsWith(program))
                .orElse(false);
    }
}
