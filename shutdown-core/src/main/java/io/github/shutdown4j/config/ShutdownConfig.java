package io.github.shutdown4j.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
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
 * How long a shutdown may take, in whole and in parts, and what happens if it does not end: all settings of one
 * process. Made in code, read from a file and the environment, or both; {@link ShutdownSetting} lists the keys.
 *
 * <p>Settings that nobody made have defaults, some of them fractions of a total, so that changing the total is enough.
 * No duration is more than 365 days. Immutable. Two configurations are equal if all their values are, whether set or
 * defaults.
 */
public final class ShutdownConfig {

    private final Map<ShutdownSetting, Object> values;
    private final Map<ShutdownSetting, Assigned> assigned;

    ShutdownConfig(Map<ShutdownSetting, Object> values, Map<ShutdownSetting, Assigned> assigned) {
        this.values = new EnumMap<>(values);
        this.assigned = new EnumMap<>(ShutdownSetting.class);
        this.assigned.putAll(assigned);
    }

    /** The configuration in which nothing is set. */
    public static ShutdownConfig defaults() {
        return new ConfigValues().build();
    }

    /** A builder in which nothing is set. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a file, over it the environment of the process with the prefix {@code APP}, and over that the system properties,
     * such as {@code -Dshutdown.timeout_secs=20}.
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
     * Reads the environment of the process with the prefix {@code APP}, and over it the system properties, such as
     * {@code -Dshutdown.timeout_secs=20}.
     *
     * @throws ShutdownConfigException naming every mistake
     */
    public static ShutdownConfig fromEnvironment() {
        ConfigValues draft = new ConfigValues();
        ConfigReader.environment(System.getenv(), ShutdownConfigLoader.DEFAULT_PREFIX, draft);
        ConfigReader.properties(System.getProperties(), draft);
        return draft.build();
    }

    /** Reads from sources of your choice. */
    public static ShutdownConfigLoader loader() {
        return new ShutdownConfigLoader();
    }

    /** A builder in which the same is set as here; defaults stay defaults and follow what is changed. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.draft.assignAll(assigned);
        return builder;
    }

    /** The whole shutdown, from the request to the end of the last phase; 30 s by default, at least 1 ms. */
    public Duration timeout() {
        return value(ShutdownSetting.TIMEOUT, Duration.class);
    }

    /** The work in hand finishes within this; by default two thirds of {@link #timeout}. */
    public Duration drainTimeout() {
        return value(ShutdownSetting.DRAIN_TIMEOUT, Duration.class);
    }

    /** Services stop within this; by default a third of {@link #timeout}. */
    public Duration stopTimeout() {
        return value(ShutdownSetting.STOP_TIMEOUT, Duration.class);
    }

    /** The reserve of each save of the state, which no other phase can spend; by default a tenth of {@link #timeout}. */
    public Duration saveTimeout() {
        return value(ShutdownSetting.SAVE_TIMEOUT, Duration.class);
    }

    /**
     * The release of one resource that names no limit; by default a third of {@link #timeout}. It holds for the
     * coordinator's own {@link ResourceManager}; one that the application has made has a limit of its own.
     */
    public Duration resourceTimeout() {
        return value(ShutdownSetting.RESOURCE_TIMEOUT, Duration.class);
    }

    /** How long everything still works after readiness has turned false; 0 by default. */
    public Duration announceDelay() {
        return value(ShutdownSetting.ANNOUNCE_DELAY, Duration.class);
    }

    /** Ends that delay early once no new work has come for this long; 0, the default, never does. */
    public Duration announceQuiet() {
        return value(ShutdownSetting.ANNOUNCE_QUIET, Duration.class);
    }

    /** Services become ready within this, or the start has failed; 60 s by default. */
    public Duration startTimeout() {
        return value(ShutdownSetting.START_TIMEOUT, Duration.class);
    }

    /** Whether a shutdown that does not end is ended by force; true by default. */
    public boolean forceQuit() {
        return value(ShutdownSetting.FORCE_QUIT, Boolean.class);
    }

    /** How long after {@link #timeout} the force comes; 10 s by default. */
    public Duration forceDelay() {
        return value(ShutdownSetting.FORCE_DELAY, Duration.class);
    }

    /** Which repeated signal forces at once; {@link ForceOn#INTERRUPT} by default. */
    public ForceOn forceOn() {
        return value(ShutdownSetting.FORCE_ON, ForceOn.class);
    }

    /** Between two log lines that say what is still awaited; 5 s by default. */
    public Duration progressInterval() {
        return value(ShutdownSetting.PROGRESS_INTERVAL, Duration.class);
    }

    /** What the platform allows before it kills, if that is known; it bounds nothing, the plan warns. */
    public Optional<Duration> gracePeriod() {
        return Optional.ofNullable((Duration) values.get(ShutdownSetting.GRACE_PERIOD));
    }

    /** The heartbeats to the supervisor. */
    public Watchdog watchdog() {
        return new Watchdog(
                value(ShutdownSetting.WATCHDOG_ENABLED, Boolean.class),
                value(ShutdownSetting.WATCHDOG_TIMEOUT, Duration.class),
                value(ShutdownSetting.WATCHDOG_INTERVAL, Duration.class));
    }

    /** Whether somebody has made this setting, be it with the value of the default. */
    public boolean isSet(ShutdownSetting setting) {
        return assigned.containsKey(Checks.notNull("setting", setting));
    }

    /**
     * Every setting with its value and where it was made, as the text of a TOML file that gives the same configuration
     * again. Defaults are in it as comments.
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
     * Says which settings have another value here than in a configuration that is in force, one line each.
     *
     * @param running the one in force
     * @param fixed those that cannot change any more. A default that follows from another setting does not count as a
     *     change of these.
     * @throws ShutdownConfigException naming each of {@code fixed} that differs
     */
    public List<String> changesTo(ShutdownConfig running, Set<ShutdownSetting> fixed) {
        return ConfigChanges.of(Checks.notNull("running", running), this, Checks.notNull("fixed", fixed));
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

    /** All values on one line. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey().path() + "=" + SettingType.written(entry.getValue()))
                .collect(Collectors.joining(", ", "ShutdownConfig[", "]"));
    }

    /**
     * Heartbeats to a supervisor that restarts a process which does not send them.
     *
     * @param enabled whether any are sent; false by default
     * @param timeout the supervisor's patience; 60 s by default, at least 1 ms
     * @param interval between two of them, less than {@code timeout}; by default 10 s, or half of {@code timeout} if
     *     that is less
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

    /**
     * Sets in code what is not to have its default; the last value of a setting counts. A value out of bounds is refused
     * by its setter, settings that contradict each other by {@link #build}. Not for use by several threads.
     */
    public static final class Builder {

        private final ConfigValues draft = new ConfigValues();

        private Builder() {}

        /** {@link ShutdownConfig#timeout}. */
        public Builder timeout(Duration timeout) {
            return set(ShutdownSetting.TIMEOUT, "timeout", timeout);
        }

        /** {@link ShutdownConfig#drainTimeout}. */
        public Builder drainTimeout(Duration drainTimeout) {
            return set(ShutdownSetting.DRAIN_TIMEOUT, "drainTimeout", drainTimeout);
        }

        /** {@link ShutdownConfig#stopTimeout}. */
        public Builder stopTimeout(Duration stopTimeout) {
            return set(ShutdownSetting.STOP_TIMEOUT, "stopTimeout", stopTimeout);
        }

        /** {@link ShutdownConfig#saveTimeout}. */
        public Builder saveTimeout(Duration saveTimeout) {
            return set(ShutdownSetting.SAVE_TIMEOUT, "saveTimeout", saveTimeout);
        }

        /** {@link ShutdownConfig#resourceTimeout}. */
        public Builder resourceTimeout(Duration resourceTimeout) {
            return set(ShutdownSetting.RESOURCE_TIMEOUT, "resourceTimeout", resourceTimeout);
        }

        /** {@link ShutdownConfig#announceDelay}. */
        public Builder announceDelay(Duration announceDelay) {
            return set(ShutdownSetting.ANNOUNCE_DELAY, "announceDelay", announceDelay);
        }

        /** {@link ShutdownConfig#announceQuiet}. */
        public Builder announceQuiet(Duration announceQuiet) {
            return set(ShutdownSetting.ANNOUNCE_QUIET, "announceQuiet", announceQuiet);
        }

        /** {@link ShutdownConfig#startTimeout}. */
        public Builder startTimeout(Duration startTimeout) {
            return set(ShutdownSetting.START_TIMEOUT, "startTimeout", startTimeout);
        }

        /** {@link ShutdownConfig#forceQuit}. */
        public Builder forceQuit(boolean forceQuit) {
            return assign(ShutdownSetting.FORCE_QUIT, forceQuit);
        }

        /** {@link ShutdownConfig#forceDelay}. */
        public Builder forceDelay(Duration forceDelay) {
            return set(ShutdownSetting.FORCE_DELAY, "forceDelay", forceDelay);
        }

        /** {@link ShutdownConfig#forceOn}. */
        public Builder forceOn(ForceOn forceOn) {
            return assign(ShutdownSetting.FORCE_ON, Checks.notNull("forceOn", forceOn));
        }

        /** {@link ShutdownConfig#progressInterval}. */
        public Builder progressInterval(Duration progressInterval) {
            return set(ShutdownSetting.PROGRESS_INTERVAL, "progressInterval", progressInterval);
        }

        /** {@link ShutdownConfig#gracePeriod}. */
        public Builder gracePeriod(Duration gracePeriod) {
            return set(ShutdownSetting.GRACE_PERIOD, "gracePeriod", gracePeriod);
        }

        /** {@link Watchdog#enabled}. */
        public Builder watchdogEnabled(boolean watchdogEnabled) {
            return assign(ShutdownSetting.WATCHDOG_ENABLED, watchdogEnabled);
        }

        /** {@link Watchdog#timeout}. */
        public Builder watchdogTimeout(Duration watchdogTimeout) {
            return set(ShutdownSetting.WATCHDOG_TIMEOUT, "watchdogTimeout", watchdogTimeout);
        }

        /** {@link Watchdog#interval}. */
        public Builder watchdogInterval(Duration watchdogInterval) {
            return set(ShutdownSetting.WATCHDOG_INTERVAL, "watchdogInterval", watchdogInterval);
        }

        /**
         * The configuration as set so far; the builder can be used further.
         *
         * @throws ShutdownConfigException naming every contradiction between the settings
         */
        public ShutdownConfig build() {
            return draft.build();
        }

        private Builder set(ShutdownSetting setting, String argument, Duration value) {
            return assign(setting, setting.kind().check(argument, value));
        }

        private Builder assign(ShutdownSetting setting, Object value) {
            draft.assign(setting, value, "builder");
            return this;
        }
    }
}
