package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;

import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

import io.github.shutdown4j.examples.backend.settings.Settings;

/** Describes why the backend does not start, with a remedy. */
final class StartFailure {

    private StartFailure() {}

    static String advice(Throwable failure, Settings settings) {
        return causes(failure)
                .flatMap(cause -> known(cause, settings).stream())
                .findFirst()
                .or(() -> causes(failure).flatMap(cause -> ours(cause).stream()).findFirst())
                .orElseGet(() -> causes(failure)
                        .reduce((outer, inner) -> inner)
                        .orElseThrow()
                        .toString());
    }

    /** The embedded servers describe their problem themselves. */
    private static Optional<String> ours(Throwable cause) {
        return Optional.ofNullable(cause.getMessage()).filter(message -> cause.getClass() == IOException.class);
    }

    private static Optional<String> known(Throwable cause, Settings settings) {
        if (cause instanceof BindException) {
            return Optional.of("port " + settings.port() + " cannot be had: " + cause.getMessage()
                    + ". Stop the process that has it, or choose another port with PORT or web.port.");
        }
        if (cause instanceof SQLException sql && sql.getSQLState() != null) {
            return database(sql, settings);
        }
        if (cause instanceof JedisAccessControlException || cause instanceof JedisDataException) {
            return Optional.of("Redis at " + settings.shownRedisUrl() + " refuses us: " + cause.getMessage()
                    + ". Put user and password into REDIS_URL or redis.url, as in redis://user:password@host:6379.");
        }
        if (cause instanceof JedisConnectionException) {
            return Optional.of("Redis does not answer at " + settings.shownRedisUrl()
                    + ". Start it, or correct REDIS_URL or redis.url; without either, one is brought along.");
        }
        if (cause instanceof FileSystemException file && isState(file, settings)) {
            return Optional.of("the state cannot be kept: " + reason(file) + " (" + file.getFile()
                    + "). Correct that, or choose another file with STATE_FILE or state_file.");
        }
        if (cause instanceof FileSystemException file && isTemporary(file, settings)) {
            return Optional.of("nothing can be written into the directory for temporary files: " + reason(file) + " ("
                    + file.getFile() + "). Correct that, or choose another with java -Djava.io.tmpdir=DIRECTORY.");
        }
        if (cause instanceof FileSystemException file) {
            return Optional.of("no data can be kept in " + settings.dataDir() + ": " + reason(file) + " ("
                    + file.getFile() + "). Correct that, or choose another directory with DATA_DIR or data_dir.");
        }
        return Optional.empty();
    }

    /** Below the first and not below the second, which may itself be a temporary directory. */
    private static boolean isTemporary(FileSystemException file, Settings settings) {
        if (file.getFile() == null) {
            return false;
        }
        Path path = Path.of(file.getFile()).toAbsolutePath();
        return path.startsWith(Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath())
                && !path.startsWith(settings.dataDir().toAbsolutePath());
    }

    /**
     * The state file or a file beside it, if it is not in the data directory; in a temporary directory only files with
     * its name.
     */
    private static boolean isState(FileSystemException file, Settings settings) {
        Optional<Path> state = settings.stateFile().map(Path::toAbsolutePath);
        if (state.isEmpty() || file.getFile() == null) {
            return false;
        }
        Path path = Path.of(file.getFile()).toAbsolutePath();
        Path directory = state.get().getParent();
        boolean named = path.toString().startsWith(state.get().toString());
        boolean beside = path.startsWith(directory)
                && !Path.of(System.getProperty("java.io.tmpdir"))
                        .toAbsolutePath()
                        .startsWith(directory);
        return (named || beside || directory.startsWith(path))
                && !path.startsWith(settings.dataDir().toAbsolutePath());
    }

    private static String reason(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "there is a file where a directory should be";
        }
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    private static Optional<String> database(SQLException e, Settings settings) {
        String url = settings.shownDatabaseUrl();
        String state = e.getSQLState();
        if (state.startsWith("28")) {
            return Optional.of("the database at " + url + " refuses us: " + e.getMessage()
                    + ". Correct user and password in DATABASE_USER and DATABASE_PASSWORD, or in the URL.");
        }
        if (state.equals("3D000")) {
            return Optional.of("the database at " + url + " does not exist: create it with createdb, or correct"
                    + " DATABASE_URL or database.url.");
        }
        if (state.startsWith("08")) {
            String reason = causes(e)
                    .filter(UnknownHostException.class::isInstance)
                    .findFirst()
                    .map(host -> "there is no host " + host.getMessage() + ".")
                    .orElse(e.getMessage());
            return Optional.of("the database does not answer at " + url + ": " + reason
                    + " Start it, or correct DATABASE_URL or database.url; without either, one is brought along.");
        }
        return Optional.of("the database at " + url + " says: " + e.getMessage());
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(20);
    }
}
