package io.github.shutdown4j.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;

import io.github.shutdown4j.internal.Checks;

/**
 * Reads a {@link ShutdownConfig} from several sources. They count in the order in which they are named: each wins over
 * those before it, setting by setting. What no source sets has its default.
 *
 * <p>Every mistake of every source is reported at once, also one that a later source would have covered: unknown keys,
 * wrong types, values out of bounds, duplicates, settings that contradict each other. Only a file that is not
 * well-formed is reported at the first place where it is not, without what it sets.
 *
 * <p>Durations are numbers of seconds, such as 30 or 1.5, or texts with a unit: {@code 500ms}, {@code 30s}, {@code 2min},
 * {@code 1h} or, after ISO 8601, {@code PT30S}. Not for use by several threads.
 */
public final class ShutdownConfigLoader {

    /** The prefix of the environment variables unless another is chosen. */
    public static final String DEFAULT_PREFIX = "APP";

    private static final String PREFIX = "[A-Z]([A-Z0-9_]*[A-Z0-9])?";

    private final List<Consumer<ConfigValues>> sources = new ArrayList<>();
    private String prefix = DEFAULT_PREFIX;

    ShutdownConfigLoader() {}

    /** What the application sets in code; its defaults are none of it. */
    public ShutdownConfigLoader config(ShutdownConfig config) {
        Checks.notNull("config", config);
        sources.add(draft -> draft.assignAll(config.assigned()));
        return this;
    }

    /**
     * The table {@code shutdown} of a file whose name ends in {@code .json}, {@code .toml} or {@code .properties}; in the
     * last, the keys that begin with {@code shutdown.}. Its other keys belong to the application and are ignored. TOML needs
     * {@code com.fasterxml.jackson.dataformat:jackson-dataformat-toml}, which an application adds itself.
     *
     * @param file read by {@link #load}; must exist then, and be no larger than 1 MB
     */
    public ShutdownConfigLoader file(Path file) {
        Checks.notNull("file", file);
        sources.add(draft -> ConfigReader.file(file, draft));
        return this;
    }

    /**
     * The table {@code shutdown} of a file that the application has parsed itself.
     *
     * @param source what mistakes are reported for, such as the file's name
     * @param values keys relative to that table; numbers, booleans, text, and a map for the table {@code watchdog}
     */
    public ShutdownConfigLoader values(String source, Map<String, ?> values) {
        Checks.notBlank("source", source);
        Checks.notNull("values", values);
        sources.add(draft -> ConfigReader.values(source, values, draft));
        return this;
    }

    /**
     * Variables such as {@code APP_SHUTDOWN_TIMEOUT_SECS}. One that begins with {@code APP_SHUTDOWN_} and is no setting
     * is a mistake; all others are ignored.
     *
     * @param environment usually {@link System#getenv()}; read by {@link #load}
     */
    public ShutdownConfigLoader environment(Map<String, String> environment) {
        Checks.notNull("environment", environment);
        sources.add(draft -> ConfigReader.environment(environment, prefix, draft));
        return this;
    }

    /**
     * Properties such as {@code shutdown.timeout_secs}, as {@code -D} sets them. One that begins with {@code shutdown.} and
     * is no setting is a mistake; all others are ignored.
     *
     * @param properties usually {@link System#getProperties()}; read by {@link #load}
     */
    public ShutdownConfigLoader properties(Properties properties) {
        Checks.notNull("properties", properties);
        sources.add(draft -> ConfigReader.properties(properties, draft));
        return this;
    }

    /**
     * What the variables begin with instead of {@value #DEFAULT_PREFIX}, in upper case. Counts for all environments of
     * this loader, wherever it is called.
     *
     * @param prefix letters, digits and underscores; empty for variables such as {@code SHUTDOWN_TIMEOUT_SECS}
     */
    public ShutdownConfigLoader prefix(String prefix) {
        String upper = Checks.notNull("prefix", prefix).toUpperCase(Locale.ROOT);
        if (!upper.isEmpty() && !upper.matches(PREFIX)) {
            throw new IllegalArgumentException("prefix must be letters, digits and underscores, begin with a letter"
                    + " and not end with an underscore, was \"" + prefix + "\"");
        }
        this.prefix = upper;
        return this;
    }

    /**
     * Reads all sources.
     *
     * @throws ShutdownConfigException naming every mistake
     */
    public ShutdownConfig load() {
        ConfigValues draft = new ConfigValues();
        for (Consumer<ConfigValues> source : sources) {
            source.accept(draft);
        }
        return draft.build();
    }
}
