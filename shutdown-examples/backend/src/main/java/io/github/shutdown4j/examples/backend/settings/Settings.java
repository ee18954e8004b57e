package io.github.shutdown4j.examples.backend.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.shutdown4j.config.ShutdownConfig;

/** The settings of one run: defaults, overridden by a file, overridden by the environment. */
public final class Settings {

    private final Optional<Path> file;
    private final Map<Setting, SettingValue> given;
    private final ShutdownConfig shutdown;

    Settings(Optional<Path> file, Map<Setting, SettingValue> given, ShutdownConfig shutdown) {
        this.file = file;
        this.given = Map.copyOf(given);
        this.shutdown = shutdown;
    }

    /**
     * Reads them.
     *
     * @throws SettingsException naming every mistake, those of the table {@code shutdown} included
     */
    public static Settings read(Optional<Path> file, Map<String, String> environment) throws SettingsException {
        return SettingsReader.read(file, environment);
    }

    public ShutdownConfig shutdown() {
        return shutdown;
    }

    public int port() {
        return number(Setting.PORT);
    }

    /** For JDBC; empty if the database is embedded. */
    public Optional<String> databaseUrl() {
        return filled(Setting.DATABASE_URL).map(Urls::jdbc);
    }

    public Optional<String> databaseUser() {
        return filled(Setting.DATABASE_USER).or(() -> Urls.user(text(Setting.DATABASE_URL)));
    }

    public Optional<String> databasePassword() {
        return filled(Setting.DATABASE_PASSWORD).or(() -> Urls.password(text(Setting.DATABASE_URL)));
    }

    public int databasePoolSize() {
        return number(Setting.DATABASE_POOL_SIZE);
    }

    /** Empty if Redis is embedded. */
    public Optional<String> redisUrl() {
        return filled(Setting.REDIS_URL);
    }

    /** For messages: without a password. */
    public String shownDatabaseUrl() {
        return Setting.DATABASE_URL.shown(text(Setting.DATABASE_URL));
    }

    /** For messages: without a password. */
    public String shownRedisUrl() {
        return Setting.REDIS_URL.shown(text(Setting.REDIS_URL));
    }

    /** The directory with the data of the embedded servers. */
    public Path dataDir() {
        return Path.of(text(Setting.DATA_DIR));
    }

    /**
     * The file with the counts of all runs. By default in the data directory, if only this process uses it, as with embedded
     * servers.
     */
    public Optional<Path> stateFile() {
        boolean ownsDirectory = databaseUrl().isEmpty() || redisUrl().isEmpty();
        return filled(Setting.STATE_FILE)
                .map(Path::of)
                .or(() -> Optional.of(dataDir().resolve("state.json")).filter(file -> ownsDirectory));
    }

    /** Whether an embedded PostgreSQL or Redis starts if no URL is set. */
    public boolean embeddedServers() {
        return flag(Setting.EMBEDDED);
    }

    /** Whether readiness checks the stores. */
    public boolean checkStores() {
        return flag(Setting.CHECK_STORES);
    }

    public Duration jobsDeadAfter() {
        return Duration.ofSeconds(number(Setting.JOBS_DEAD_AFTER));
    }

    public int jobsBatch() {
        return number(Setting.JOBS_BATCH);
    }

    public int jobsInFlight() {
        return number(Setting.JOBS_IN_FLIGHT);
    }

    /** The largest number of concurrent jobs of a type for which {@link #databasePoolSize} is sufficient. */
    public int mostJobsInFlight() {
        return Contradictions.mostInFlight(databasePoolSize());
    }

    public int jobsDeliveries() {
        return number(Setting.JOBS_DELIVERIES);
    }

    public int jobsSpeed() {
        return number(Setting.JOBS_SPEED);
    }

    public String logLevel() {
        return text(Setting.LOG_LEVEL);
    }

    /** The keys that differ in {@code other} and apply only after the next start. */
    public List<String> needingRestart(Settings other) {
        List<Setting> reloaded =
                List.of(Setting.LOG_LEVEL, Setting.JOBS_BATCH, Setting.JOBS_IN_FLIGHT, Setting.JOBS_DELIVERIES);
        Stream<String> ofShutdown = shutdown.equals(other.shutdown) ? Stream.empty() : changedShutdown(other.shutdown);
        Stream<String> ours = Arrays.stream(Setting.values())
                .filter(setting -> !reloaded.contains(setting))
                .filter(setting -> !value(setting).equals(other.value(setting)))
                .map(Setting::key);
        return Stream.concat(ours, ofShutdown).toList();
    }

    /** The lines of the description that are not the same, without their values. */
    private Stream<String> changedShutdown(ShutdownConfig other) {
        Set<String> before = Set.copyOf(lines(shutdown).toList());
        return lines(other)
                .filter(line -> !before.contains(line))
                .map(line -> "shutdown." + line.replaceAll(" =.*", ""));
    }

    /** The name and value of each setting, without its origin. */
    private static Stream<String> lines(ShutdownConfig config) {
        return config.describe().lines().filter(line -> line.contains(" = ")).map(line -> line.replaceFirst("^# ", "")
                .replaceAll(" +# .*$", "")
                .strip());
    }

    /** All settings, one line each, with their origin and without passwords; the table shutdown as TOML. */
    public String toText() {
        String from = file.map(path -> path + ", and the environment over it").orElse("the environment");
        return Arrays.stream(Setting.values())
                .map(setting -> String.format(
                        "  %-18s = %-28s (%s)",
                        setting.key(),
                        setting.shown(value(setting)),
                        given.get(setting).origin()))
                .collect(Collectors.joining("\n", "Settings from " + from + ":\n", "\n\n" + shutdown.describe()));
    }

    String text(Setting setting) {
        return (String) value(setting);
    }

    int number(Setting setting) {
        return (Integer) value(setting);
    }

    private boolean flag(Setting setting) {
        return (Boolean) value(setting);
    }

    private Object value(Setting setting) {
        return given.get(setting).value();
    }

    private Optional<String> filled(Setting setting) {
        return Optional.of(text(setting)).filter(text -> !text.isEmpty());
    }
}
