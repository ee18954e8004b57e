package io.github.shutdown4j.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.shutdown4j.config.ConfigValues.Assigned;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.resources.ResourceManager;

/**
 * All shutdown settings of one process: the time limits of the whole shutdown and of its phases, and what happens when a
 * limit is exceeded. A configuration is built in code, read from a file and the environment, or both;
 * {@link ShutdownSetting} lists the keys.
 *
 * <p>A setting that is not made has a default. Some defaults are fractions of {@link #timeout}, so changing that one is
 * usually enough. No duration may exceed 365 days. Immutable and thread-safe. Two configurations are equal if all their
 * values are equal, no matter whether they were set or are defaults.
 *
 * <pre>{@code
 * ShutdownConfig.load(Path.of("app.toml")); // the environment overrides the file, and -D both
 * ShutdownConfig.builder().timeout(Duration.ofSeconds(45)).build();
 * }</pre>
 */
public final class ShutdownConfig {

    private final Map<ShutdownSetting, Object> values;
    private final Map<ShutdownSetting, Assigned> assigned;

    ShutdownConfig(Map<ShutdownSetting, Object> values, Map<ShutdownSetting, Assigned> assigned) {
        this.values = new LinkedHashMap<>(values);
        this.assigned = new LinkedHashMap<>(assigned);
    }

    /** Returns the configuration in which every setting has its default. */
    public static ShutdownConfig defaults() {
        return new ConfigValues().build();
    }

    /** Returns a builder in which nothing is set. */
    public static ShutdownConfigBuilder builder() {
        return new ShutdownConfigBuilder();
    }

    /**
     * Reads a file, the environment of the process with the prefix {@code APP}, and the system properties, such as
     * {@code -Dshutdown.timeout_secs=20}. The environment overrides the file, and the properties override both.
     *
     * @param file {@code .json}, {@code .toml} or {@code .properties}; see {@link ShutdownConfigLoader#file}
     * @throws ShutdownConfigException naming every mistake
     */
    public static ShutdownConfig load(Path file) {
        return loader().file(file)
                .environment(System.getenv())
                .properties(System.getProperties())
                .load();
    }

    /**
     * Reads the environment of the process with the prefix {@code APP} and the system properties, such as
     * {@code -Dshutdown.timeout_secs=20}. The properties override the environment.
     *
     * @throws ShutdownConfigException naming every mistake
     */
    public static ShutdownConfig fromEnvironment() {
        ConfigValues draft = new ConfigValues();
        ConfigReader.environment(System.getenv(), ShutdownConfigLoader.DEFAULT_PREFIX, draft);
        ConfigReader.properties(System.getProperties(), draft);
        return draft.build();
    }

    /** Returns a loader, to which you add the sources to read. */
    public static ShutdownConfigLoader loader() {
        return new ShutdownConfigLoader();
    }

    /** Returns a builder with the settings that are made here. Defaults stay defaults and follow later changes. */
    public ShutdownConfigBuilder toBuilder() {
        ShutdownConfigBuilder builder = new ShutdownConfigBuilder();
        builder.draft.assignAll(assigned);
        return builder;
    }

    /** Limit of the whole shutdown, from the request to the end of the last phase; 30 s by default, at least 1 ms. */
    public Duration timeout() {
        return value(ShutdownSetting.TIMEOUT, Duration.class);
    }

    /** Limit for work in flight to finish; by default two thirds of {@link #timeout}. */
    public Duration drainTimeout() {
        return value(ShutdownSetting.DRAIN_TIMEOUT, Duration.class);
    }

    /** Limit for the services to stop; by default a third of {@link #timeout}. */
    public Duration stopTimeout() {
        return value(ShutdownSetting.STOP_TIMEOUT, Duration.class);
    }

    /** Time reserved for each save of the state, which no other phase can use; by default a tenth of {@link #timeout}. */
    public Duration saveTimeout() {
        return value(ShutdownSetting.SAVE_TIMEOUT, Duration.class);
    }

    /**
     * Limit for the release of a resource that has none of its own; by default a third of {@link #timeout}. It applies to
     * the coordinator's own {@link ResourceManager}; a manager that the application creates has its own limit.
     */
    public Duration resourceTimeout() {
        return value(ShutdownSetting.RESOURCE_TIMEOUT, Duration.class);
    }

    /**
     * How long the process keeps serving after readiness has turned false; 0 by default. Not waited for if the process was
     * never ready, or its start-up failed, and no tracker has handed out a guard.
     */
    public Duration announceDelay() {
        return value(ShutdownSetting.ANNOUNCE_DELAY, Duration.class);
    }

    /** Ends the announce delay early once no new work has arrived for this long; 0, the default, means never. */
    public Duration announceQuiet() {
        return value(ShutdownSetting.ANNOUNCE_QUIET, Duration.class);
    }

    /** Limit for the services to become ready, after which the start has failed; 60 s by default. */
    public Duration startTimeout() {
        return value(ShutdownSetting.START_TIMEOUT, Duration.class);
    }

    /** Whether the process is halted if the shutdown does not end; true by default. */
    public boolean forceQuit() {
        return value(ShutdownSetting.FORCE_QUIT, Boolean.class);
    }

    /** How long after {@link #timeout} the process is halted; 10 s by default. */
    public Duration forceDelay() {
        return value(ShutdownSetting.FORCE_DELAY, Duration.class);
    }

    /** Which signals, when repeated, halt the process at once; {@link ForceOn#INTERRUPT} by default. */
    public ForceOn forceOn() {
        return value(ShutdownSetting.FORCE_ON, ForceOn.class);
    }

    /** Interval between log lines that name what the shutdown is waiting for; 5 s by default. */
    public Duration progressInterval() {
        return value(ShutdownSetting.PROGRESS_INTERVAL, Duration.class);
    }

    /**
     * How long the platform waits before it kills the process, if known. It limits nothing; the plan warns if the shutdown
     * may take longer.
     */
    public Optional<Duration> gracePeriod() {
        return Optional.ofNullable((Duration) values.get(ShutdownSetting.GRACE_PERIOD));
    }

    /** Settings of the heartbeats to the supervisor. */
    public Watchdog watchdog() {
        return new Watchdog(
                value(ShutdownSetting.WATCHDOG_ENABLED, Boolean.class),
                value(ShutdownSetting.WATCHDOG_TIMEOUT, Duration.class),
                value(ShutdownSetting.WATCHDOG_INTERVAL, Duration.class));
    }

    /** Whether this setting was made explicitly, even if with its default value. */
    public boolean isSet(ShutdownSetting setting) {
        return assigned.containsKey(Checks.notNull("setting", setting));
    }

    /**
     * Returns a TOML document with every setting, its value and its source. Reading the document gives an equal
     * configuration. Defaults appear as comments.
     */
    public String describe() {
        StringBuilder text = new StringBuilder("[" + ShutdownSetting.TABLE + "]\n");
        for (ShutdownSetting setting : ShutdownSetting.values()) {
            Object value = values.get(setting);
            Assigned given = assigned.get(setting);
            String line =
                    setting.path() + " = " + (value == null ? setting.defaultValue() : SettingType.written(value));
            String origin = given == null ? "default" : given.origin();
            text.append(String.format("%-40s # %s\n", given == null ? "# " + line : line, origin));
        }
        return text.toString();
    }

    /**
     * Lists the settings whose value here differs from the configuration in force, one line each.
     *
     * @param running the configuration in force
     * @param fixed settings that can no longer change. A default that is derived from another setting is not a change.
     * @throws ShutdownConfigException naming each setting of {@code fixed} that differs
     */
    public List<String> changesTo(ShutdownConfig running, Set<ShutdownSetting> fixed) {
        return ConfigChanges.of(Checks.notNull("running", running), this, Checks.eachNotNull("fixed", fixed));
    }

    Map<ShutdownSetting, Object> values() {
        return values;
    }

    Map<ShutdownSetting, Assigned> assigned() {
        return assigned;
    }

    private <T> T value(ShutdownSetting setting, Class<T> type) {
        return type.cast(Objects.requireNonNull(values.get(setting)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShutdownConfig config && values.equals(config.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Returns all values on one line. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey().path() + "=" + SettingType.written(entry.getValue()))
                .collect(Collectors.joining(", ", "ShutdownConfig[", "]"));
    }

    /**
     * Heartbeats to a supervisor that restarts the process when they stop.
     *
     * @param enabled whether heartbeats are sent; false by default
     * @param timeout how long the supervisor waits for a heartbeat; 60 s by default, at least 1 ms
     * @param interval time between two heartbeats, less than {@code timeout}; by default the smaller of 10 s and half of
     *     {@code timeout}
     */
    public record Watchdog(boolean enabled, Duration timeout, Duration interval) {

        public Watchdog {
            SettingType.TOTAL.check("timeout", timeout);
            SettingType.POSITIVE.check("interval", interval);
            if (interval.compareTo(timeout) >= 0) {
                throw new IllegalArgumentException("interval must be less than timeout, which is "
                        + SettingType.written(timeout) + " s, was " + SettingType.written(interval) + " s");
            }
        }
    }
}
