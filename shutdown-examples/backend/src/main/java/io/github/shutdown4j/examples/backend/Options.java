package io.github.shutdown4j.examples.backend;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The command line. */
record Options(Optional<Path> config, boolean check, boolean help, boolean version) {

    static final String HELP = """
            usage: java -jar backend.jar [--config FILE] [--check] [--version]

              --config FILE   read the settings from this TOML or JSON file; config.toml beside the sources has them all.
                              Variables such as PORT, DATABASE_URL, REDIS_URL, DATA_DIR and APP_SHUTDOWN_TIMEOUT_SECS
                              count more than the file.
              --check         print the settings, every mistake in them, and what a shutdown would do; start nothing.
                              Exits with 0, or with 1 if there is a mistake, as a start does; but a start by systemd
                              (with NOTIFY_SOCKET) exits with 78, so that the unit can leave it at that.
              --version       print the version.
              --help          print this.

            Without DATABASE_URL and REDIS_URL it brings its own PostgreSQL and Redis, unless EMBEDDED_SERVERS is false.
            Ctrl-C or SIGTERM ends it well, SIGHUP has it read log.level and the limits of [jobs] again.
            """;

    /** Throws IllegalArgumentException with a message for the user. */
    static Options parse(String... args) {
        Optional<Path> config = Optional.empty();
        boolean check = false;
        boolean help = false;
        boolean version = false;
        for (Iterator<String> rest = Arrays.asList(args).iterator(); rest.hasNext(); ) {
            String option = rest.next();
            if (option.startsWith("--config=")) {
                config = Optional.of(file(config, List.of(option.substring(9)).iterator()));
                continue;
            }
            switch (option) {
                case "--config" -> config = Optional.of(file(config, rest));
                case "--version" -> version = true;
                case "--check" -> check = true;
                case "--help", "-h" -> help = true;
                default -> throw new IllegalArgumentException("unknown option " + option + "; --help shows them all");
            }
        }
        return new Options(config, check, help, version);
    }

    private static Path file(Optional<Path> before, Iterator<String> rest) {
        if (before.isPresent()) {
            throw new IllegalArgumentException("--config is given twice");
        }
        if (!rest.hasNext()) {
            throw new IllegalArgumentException("--config needs a file, as in --config config.toml");
        }
        String name = rest.next();
        if (name.isEmpty()) {
            throw new IllegalArgumentException("--config needs a file, as in --config config.toml");
        }
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("--config " + name + " is no name of a file: " + e.getReason(), e);
        }
    }
}
