package io.github.shutdown4j.examples.backend.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedded PostgreSQL and Redis, so that one command runs everything. Their data is in a directory and survives restarts.
 *
 * <p>Both run outside of the terminal's process group: Ctrl-C reaches every process of the group, and a database that stops at
 * the same moment as its clients loses their last writes.
 *
 * <p>{@link #close} stops both. If this process is killed, a {@link ProcessReaper} stops them, and if that fails, the next start
 * with the same directory does.
 */
public final class Embedded implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Embedded.class);

    private final FileChannel lock;
    private final LocalPostgres postgres;
    private final LocalRedis redis;
    private final ProcessReaper reaper;

    private Embedded(FileChannel lock, LocalPostgres postgres, LocalRedis redis, ProcessReaper reaper) {
        this.lock = lock;
        this.postgres = postgres;
        this.redis = redis;
        this.reaper = reaper;
    }

    /**
     * Starts both with this directory, which is created if necessary.
     *
     * @throws IOException if one does not start, or another process uses the directory; nothing is left running then
     */
    public static Embedded start(Path directory) throws IOException, InterruptedException {
        Path home = Files.createDirectories(directory).toRealPath();
        FileChannel lock = lock(home);
        ProcessReaper reaper = null;
        LocalPostgres postgres = null;
        LocalRedis redis = null;
        try {
            LocalPostgres.stopLeftover(home);
            LocalRedis.stopLeftover(home);
            reaper = ProcessReaper.over(LocalPostgres.pidFile(home), LocalRedis.pidFile(home));
            postgres = LocalPostgres.start(home);
            redis = LocalRedis.start(home);
            return new Embedded(lock, postgres, redis, reaper);
        } catch (IOException | InterruptedException | RuntimeException e) {
            closeAfter(e, redis, postgres, reaper, lock);
            throw e;
        }
    }

    /** A JDBC URL. The database trusts all users of this machine, so there is no password. */
    public String databaseUrl() {
        return postgres.url();
    }

    /** Such as {@code redis://localhost:41234}. */
    public String redisUrl() {
        return redis.url();
    }

    /** Stops both and returns when they have ended. */
    @Override
    public void close() throws Exception {
        try (lock;
                reaper;
                postgres) {
            redis.close();
        }
        log.debug("PostgreSQL and Redis have stopped");
    }

    /** The lock ends with the process. */
    private static FileChannel lock(Path home) throws IOException {
        Path file = home.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!isOurs(channel)) {
            channel.close();
            throw new IOException("another backend keeps its data in " + home
                    + "; stop it, or choose another directory with DATA_DIR or data_dir");
        }
        return channel;
    }

    private static boolean isOurs(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // held in this very process
        }
    }

    private static void closeAfter(Exception cause, AutoCloseable... opened) {
        for (AutoCloseable one : opened) {
            try {
                if (one != null) {
                    one.close();
                }
            } catch (Exception e) {
                cause.addSuppressed(e);
            }
        }
    }
}
