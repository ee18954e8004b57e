package io.github.shutdown4j.examples.backend.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.github.shutdown4j.systemd.SystemdNotifier;

/**
 * A shell that waits at a pipe. If this process is killed or halted, the pipe breaks and the shell stops the two servers. Does
 * nothing on Windows.
 */
final class ProcessReaper implements AutoCloseable {

    private static final String SCRIPT =
            "trap '' HUP INT TERM; read -r word || { kill -INT $(head -n 1 \"$1\"); kill -TERM $(cat \"$2\"); }";

    private final OutputStream pipe;

    private ProcessReaper(OutputStream pipe) {
        this.pipe = pipe;
    }

    /** Started before the servers; the files will contain their process ids. */
    static ProcessReaper over(Path postgresPidFile, Path redisPidFile) throws IOException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return new ProcessReaper(OutputStream.nullOutputStream());
        }
        Process shell = SystemdNotifier.hideFrom(new ProcessBuilder(
                        "sh", "-c", SCRIPT, "reaper", postgresPidFile.toString(), redisPidFile.toString()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        return new ProcessReaper(shell.getOutputStream());
    }

    /** Both servers have stopped, and the shell may exit. */
    @Override
    public void close() throws IOException {
        try (pipe) {
            pipe.write("done\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
