package io.github.shutdown4j.examples.backend.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A shell that waits at a pipe. When this process dies without a word, by {@code kill -9} or because it was halted, the
 * pipe breaks, and the shell stops the two servers. Nothing on Windows.
 */
final class ProcessReaper implements AutoCloseable {

    private static final String SCRIPT =
            "trap '' HUP INT TERM; read -r word || { kill -INT $(head -n 1 \"$1\"); kill -TERM $(cat \"$2\"); }";

    private final OutputStream pipe;

    private ProcessReaper(OutputStream pipe) {
        this.pipe = pipe;
    }

    /** To be there before the servers are; the files will have their numbers. */
    static ProcessReaper over(Path postgresPidFile, Path redisPidFile) throws IOException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return new ProcessReaper(OutputStream.nullOutputStream());
        }
        Process shell = new ProcessBuilder(
                        "sh", "-c", SCRIPT, "reaper", postgresPidFile.toString(), redisPidFile.toString())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        return new ProcessReaper(shell.getOutputStream());
    }

    /** Both have been stopped, and the shell may leave. */
    @Override
    public void close() throws IOException {
        try (pipe) {
            pipe.write("done\n".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
