package io.github.shutdown4j.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import io.github.shutdown4j.internal.Checks;

/**
 * The settings of {@link ShutdownConfig}, each with its key, environment variable, default and description. The loader
 * accepts exactly these keys. An application can print its help from this list.
 *
 * <pre>{@code
 * for (ShutdownSetting setting : ShutdownSetting.values()) {
 *     System.out.println(setting.key() + ", default " + setting.defaultValue() + ": " + setting.meaning());
 * }
 * }</pre>
 */
public enum ShutdownSetting {
    TIMEOUT(
            "timeout_secs",
            SettingType.TOTAL,
            "30",
            "",
            "Deadline of the whole shutdown, from the request to the end of the last phase."),
    DRAIN_TIMEOUT(
            "drain_timeout_secs",
            SettingType.POSITIVE,
            "20",
            "two thirds of shutdown.timeout_secs",
            "Limit of the drain of work in flight."),
    STOP_TIMEOUT(
            "stop_timeout_secs",
            SettingType.POSITIVE,
            "10",
            "a third of shutdown.timeout_secs",
            "Limit for stopping the services."),
    SAVE_TIMEOUT(
            "save_timeout_secs",
            SettingType.POSITIVE,
            "3",
            "a tenth of shutdown.timeout_secs",
            "Reserve of each save, which no other phase can use; at most a third of shutdown.timeout_secs."),
    RESOURCE_TIMEOUT(
            "resource_timeout_secs",
            SettingType.POSITIVE,
            "10",
            "a third of shutdown.timeout_secs",
            "Limit of each resource that has no limit of its own."),
    ANNOUNCE_DELAY(
            "announce_delay_secs",
            SettingType.NOT_NEGATIVE,
            "0",
            "",
            "Time to keep serving after readiness has turned false, so that load balancers route elsewhere."),
    ANNOUNCE_QUIET(
            "announce_quiet_secs",
            SettingType.NOT_NEGATIVE,
            "0",
            "",
            "Ends the announce delay early after this time without new work; 0 disables it."),
    START_TIMEOUT(
            "start_timeout_secs",
            SettingType.POSITIVE,
            "60",
            "",
            "Time in which services have to become ready; otherwise the start fails."),
    FORCE_QUIT("force_quit", SettingType.FLAG, "true", "", "Whether a process that does not end may be halted."),
    FORCE_DELAY(
            "force_delay_secs", SettingType.NOT_NEGATIVE, "10", "", "Time between shutdown.timeout_secs and the halt."),
    FORCE_ON("force_on", SettingType.FORCE_ON, "interrupt", "", "Repeated signal that forces the exit at once."),
    PROGRESS_INTERVAL(
            "progress_interval_secs",
            SettingType.POSITIVE,
            "5",
            "",
            "Interval of log lines that list unfinished work."),
    GRACE_PERIOD(
            "grace_period_secs",
            SettingType.POSITIVE,
            ShutdownSetting.NO_DEFAULT,
            "",
            "Time until the platform kills the process: 90 by default with systemd, 30 with Kubernetes. The plan"
                    + " warns if the shutdown can take longer."),
    WATCHDOG_ENABLED(
            "watchdog.enabled", SettingType.FLAG, "false", "", "Whether to send heartbeats to the supervisor."),
    WATCHDOG_TIMEOUT(
            "watchdog.timeout_secs",
            SettingType.TOTAL,
            "60",
            "",
            "Time without a heartbeat after which the supervisor aborts the process."),
    WATCHDOG_INTERVAL(
            "watchdog.interval_secs",
            SettingType.POSITIVE,
            "10",
            "half of shutdown.watchdog.timeout_secs if that is less",
            "Interval of heartbeats; less than shutdown.watchdog.timeout_secs, preferably at most half of it.");

    static final String NO_DEFAULT = "none";

    /** Name of the table in a configuration file that contains the settings. */
    static final String TABLE = "shutdown";

    private final String path;
    private final SettingType type;
    private final String fallback;
    private final String derivation;
    private final String meaning;

    ShutdownSetting(String path, SettingType type, String fallback, String derivation, String meaning) {
        this.path = path;
        this.type = type;
        this.fallback = fallback;
        this.derivation = derivation;
        this.meaning = meaning;
    }

    /** Returns the key in a file, such as {@code shutdown.watchdog.enabled}. */
    public String key() {
        return TABLE + "." + path;
    }

    /**
     * Returns the name of the environment variable, such as {@code APP_SHUTDOWN_WATCHDOG_ENABLED}.
     *
     * @param prefix as for {@link ShutdownConfigLoader#prefix}, may be empty
     */
    public String variable(String prefix) {
        Checks.notNull("prefix", prefix);
        String name = key().replace('.', '_').toUpperCase(Locale.ROOT);
        return prefix.isEmpty() ? name : prefix.toUpperCase(Locale.ROOT) + "_" + name;
    }

    /**
     * Returns the default as text, or {@code none}. If it is derived from another setting, returns its value for the default
     * of that setting.
     */
    public String defaultValue() {
        return fallback;
    }

    /** Returns how the default is derived from another setting, such as "a third of …"; empty if it is not derived. */
    public String derivation() {
        return derivation;
    }

    /** Returns {@code seconds}, or the allowed values. */
    public String unit() {
        return type.unit();
    }

    /** Returns the lower bound, in words if the bound itself is not allowed; empty if the values have no order. */
    public String minimum() {
        return type.minimum();
    }

    /** Returns a description of one or two sentences. */
    public String meaning() {
        return meaning;
    }

    SettingType type() {
        return type;
    }

    /** Returns the key within its table. */
    String path() {
        return path;
    }

    static Optional<ShutdownSetting> byKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key().equals(key))
                .findFirst();
    }
}
