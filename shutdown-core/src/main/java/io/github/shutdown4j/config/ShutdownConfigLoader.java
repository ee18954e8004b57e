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
 * Reads a {@link ShutdownConfig} from several sources. Each source overrides the sources added before it, setting by
 * setting. A setting that no source makes has its default.
 *
 * <pre>{@code
 * ShutdownConfig config = ShutdownConfig.loader()
 *         .file(Path.of("/etc/shop/shutdown.toml"))
 *         .environment(System.getenv())
 *         .prefix("SHOP") // SHOP_SHUTDOWN_TIMEOUT_SECS overrides the file
 *         .load();
 * }</pre>
 *
 * <p>All mistakes in all sources are reported at once, even one that a later source would have overridden: unknown keys,
 * wrong types, values out of bounds, duplicates and contradictory settings. A file that is not well-formed is the
 * exception: only the position of the first syntax error is reported for it.
 *
 * <p>Durations are numbers of seconds, such as 30 or 1.5, or texts with a unit: {@code 500ms}, {@code 30s}, {@code 2min},
 * {@code 1h}, or ISO 8601 durations such as {@code PT30S}. Not thread-safe.
 */
public final class ShutdownConfigLoader {

    /** The default prefix of environment variables. */
    public static final String DEFAULT_PREFIX = "APP";

    private static final String PREFIX = "[A-Z]([A-Z0-9_]*[A-Z0-9])?";

    private final List<Consumer<ConfigValues>> sources = new ArrayList<>();
    private String prefix = DEFAULT_PREFIX;

    ShutdownConfigLoader() {}

    /** Adds the settings that an application has made in code; its defaults are not added. */
    public ShutdownConfigLoader config(ShutdownConfig config) {
        Checks.notNull("config", config);
        sources.add(draft -> draft.assignAll(config.assigned()));
        return this;
    }

    /**
     * Adds the table {@code shutdown} of a {@code .json} or {@code .toml} file, or the keys of a {@code .properties} file
     * that start with {@code shutdown.}. Other keys belong to the application and are ignored. TOML requires the dependency
     * {@code com.fasterxml.jackson.dataformat:jackson-dataformat-toml}, which the application adds.
     *
     * @param file read by {@link #load}, when it must exist and be no larger than 1 MB
     */
    public ShutdownConfigLoader file(Path file) {
        Checks.notNull("file", file);
        sources.add(draft -> ConfigReader.file(file, draft));
        return this;
    }

    /**
     * Adds the table {@code shutdown} of a file that the application has parsed itself.
     *
     * @param source the name that error messages use for it, such as the name of the file
     * @param values keys relative to that table; numbers, booleans, text, a {@link java.time.Duration}, a {@link ForceOn}, and
     *     a map for the table {@code watchdog}
     */
    public ShutdownConfigLoader values(String source, Map<String, ?> values) {
        Checks.notBlank("source", source);
        Checks.notNull("values", values);
        sources.add(draft -> ConfigReader.values(source, values, draft));
        return this;
    }

    /**
     * Adds environment variables such as {@code APP_SHUTDOWN_TIMEOUT_SECS}. A variable that starts with
     * {@code APP_SHUTDOWN_} but is not a setting is a mistake; all others are ignored.
     *
     * @param environment usually {@link System#getenv()}; read by {@link #load}
     */
    public ShutdownConfigLoader environment(Map<String, String> environment) {
        Checks.notNull("environment", environment);
        sources.add(draft -> ConfigReader.environment(environment, prefix, draft));
        return this;
    }

    /**
     * Adds system properties such as {@code shutdown.timeout_secs}, as set by {@code -D}. A property that starts with
     * {@code shutdown.} but is not a setting is a mistake; all others are ignored.
     *
     * @param properties usually {@link System#getProperties()}; read by {@link #load}
     */
    public ShutdownConfigLoader properties(Properties properties) {
        Checks.notNull("properties", properties);
        sources.add(draft -> ConfigReader.properties(properties, draft));
        return this;
    }

    /**
     * Sets the prefix of environment variables, instead of {@value #DEFAULT_PREFIX}. Applies to all environments of this
     * loader, including those added before this call. Variables are in upper case.
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
     * Reads all sources and returns the resulting configuration.
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
