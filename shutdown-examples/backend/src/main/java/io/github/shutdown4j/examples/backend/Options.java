package io.github.shutdown4j.examples.backend;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/** What stands on the command line. */
record Options(Optional<Path> config, boolean check, boolean help) {

    static final String HELP = """
            usage: java -jar backend.jar [--config FILE] [--check]

              --config FILE   read the settings from this TOML file; config.toml beside the sources has them all.
                              Variables such as PORT, DATABASE_URL, REDIS_URL, DATA_DIR and APP_SHUTDOWN_TIMEOUT_SECS
                              count more than the file.
              --check         print the settings, every mistake in them, and what a shutdown would do; start nothing.
                              Exits with 0, or with 1 if there is a mistake, as a start does; but a start by systemd
                              (with NOTIFY_SOCKET) exits with 78, so that the unit can leave it at that.
              --help          print this.

            Without DATABASE_URL and REDIS_URL it brings its own PostgreSQL and Redis.
            Ctrl-C or SIGTERM ends it well, SIGHUP has it read log.level and the limits of [jobs] again.
            """;

    /** Throws IllegalArgumentException with a message for the one who typed this. */
    static Options parse(String... args) {
        Optional<Path> config = Optional.empty();
        boolean check = false;
        boolean help = false;
        for (Iterator<String> rest = Arrays.asList(args).iterator(); rest.hasNext(); ) {
            String option = rest.next();
            switch (option) {
                case "--config" -> config = Optional.of(file(config, rest));
                case "--check" -> check = true;
                case "--help", "-h" -> help = true;
                default -> throw new IllegalArgumentException("unknown option " + option + "; --help shows them all");
            }
        }
        return new Options(config, check, help);
    }

    private static Path file(Optional<Path> before, Iterator<String> rest) {
        if (before.isPresent()) {
            throw new IllegalArgumentException("--config is given twice");
        }
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("--config needs a file, as in --config config.toml");
        }
        String name = rest.next();
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("--config " + name + " is no name of a file: " + e.getReason(), e);
        }
    }
}
