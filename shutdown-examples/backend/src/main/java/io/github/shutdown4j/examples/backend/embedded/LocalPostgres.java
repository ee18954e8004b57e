package io.github.shutdown4j.examples.backend.embedded;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * PostgreSQL on a free port. Its {@code pg_ctl} also starts a new session, so signals of the terminal do not reach it.
 */
final class LocalPostgres implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);

    private final EmbeddedPostgres server;
    private final ServerProcess process;

    private LocalPostgres(EmbeddedPostgres server, ServerProcess process) {
        this.server = server;
        this.process = process;
    }

    static Path pidFile(Path home) {
        return home.resolve("postgres").resolve("postmaster.pid");
    }

    static void stopLeftover(Path home) throws IOException, InterruptedException {
        ServerProcess.stopLeftover(pidFile(home), "postgres", "INT", STOP_LIMIT);
    }

    static LocalPostgres start(Path home) throws IOException, InterruptedException {
        Path data = home.resolve("postgres");
        Path logFile = home.resolve("postgres.log");
        Path programs = programs();
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(programs.toFile())
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false) // it would race with code that still uses the database
                    .setServerConfig("fsync", "on") // the library is intended for tests and disables both
                    .setServerConfig("synchronous_commit", "on")
                    .setPGStartupWait(Duration.ofSeconds(30)) // after a crash it has to read its log first
                    .setOutputRedirector(Redirect.appendTo(logFile.toFile()))
                    .setErrorRedirector(Redirect.appendTo(logFile.toFile()))
                    .start();
            return new LocalPostgres(
                    server,
                    ServerProcess.of(pidFile(home), "postgres")
                            .orElseThrow(() -> new IOException("PostgreSQL ended as soon as it was started")));
        } catch (IOException | RuntimeException | ExceptionInInitializerError e) {
            stopLeftover(home);
            throw new IOException("the embedded PostgreSQL does not start, " + logFile + " may say why", e);
        }
    }

    String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        server.close(); // by pg_ctl; only logs if that fails
        process.stop("INT", STOP_LIMIT);
    }

    /** Unpacked once per user, not per directory: 60 MB. */
    private static Path programs() throws IOException {
        return ownDirectory(
                Path.of(System.getProperty("java.io.tmpdir"), "shutdown4j-backend-" + System.getProperty("user.name")));
    }

    /** Checks the owner: every user may create a directory of this name in /tmp, and have us run the programs in it. */
    private static Path ownDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path ours = Files.createTempFile("owner", ".tmp");
        try {
            UserPrincipal expected = Files.getOwner(ours);
            UserPrincipal owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(expected)) {
                throw new IOException(
                        directory + " must belong to " + expected + ", but belongs to " + owner
                                + ": remove it, or choose another directory for temporary files with java -Djava.io.tmpdir=DIRECTORY");
            }
        } finally {
            Files.delete(ours);
        }
        return directory;
    }
}
