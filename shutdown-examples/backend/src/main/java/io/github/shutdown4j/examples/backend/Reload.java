package io.github.shutdown4j.examples.backend;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import ch.qos.logback.classic.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.trigger.CheckedRunnable;

/** Reloads the settings on SIGHUP. A file with a mistake is rejected as a whole, and the previous settings remain. */
final class Reload implements CheckedRunnable {

    private static final Logger log = LoggerFactory.getLogger(Reload.class);

    private final Optional<Path> file;
    private final Map<String, String> environment;
    private final Settings started;
    private final Consumer<Settings> limits;

    Reload(Optional<Path> file, Map<String, String> environment, Settings started, Consumer<Settings> limits) {
        this.file = file;
        this.environment = environment;
        this.started = started;
        this.limits = limits;
    }

    @Override
    public void run() throws Exception {
        Settings fresh = Settings.read(file, environment); // throws before anything has been changed
        checkInFlight(started, fresh);
        logLevel(fresh);
        limits.accept(fresh);
        List<String> later = started.needingRestart(fresh);
        if (!later.isEmpty()) {
            log.warn("these settings count from the next start only: {}", String.join(", ", later));
        }
    }

    /** The pool of connections has the size of the start, and jobs without a connection would look like an outage. */
    static void checkInFlight(Settings started, Settings fresh) {
        if (fresh.jobsInFlight() > started.mostJobsInFlight()) {
            throw new IllegalArgumentException("jobs.in_flight = " + fresh.jobsInFlight()
                    + ": at most " + started.mostJobsInFlight() + " until the next start, because this process has "
                    + started.databasePoolSize() + " connections to the database (database.pool_size)");
        }
    }

    static void logLevel(Settings settings) {
        var ours = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("io.github.shutdown4j");
        ours.setLevel(Level.toLevel(settings.logLevel()));
    }
}
