package io.github.shutdown4j.examples.backend.settings;

import java.util.Arrays;
import java.util.Optional;

/** All settings except those of the table {@code shutdown}, in display order. */
@SuppressWarnings("ImmutableEnumChecker") // all its fields are immutable, but their types do not show it
enum Setting {
    PORT("web.port", "PORT", 8080, SettingType.wholeNumber(0, 65_535)),
    DATABASE_URL("database.url", "DATABASE_URL", "", SettingType.DATABASE_URL),
    DATABASE_USER("database.user", "DATABASE_USER", "", SettingType.TEXT),
    DATABASE_PASSWORD("database.password", "DATABASE_PASSWORD", "", SettingType.TEXT),
    DATABASE_POOL_SIZE("database.pool_size", "DATABASE_POOL_SIZE", 20, SettingType.wholeNumber(1, 1_000)),
    REDIS_URL("redis.url", "REDIS_URL", "", SettingType.REDIS_URL),
    DATA_DIR("data_dir", "DATA_DIR", "backend-data", SettingType.DIRECTORY),
    STATE_FILE("state_file", "STATE_FILE", "", SettingType.TEXT),
    EMBEDDED("embedded", "EMBEDDED_SERVERS", true, SettingType.FLAG),
    CHECK_STORES("health.check_stores", "HEALTH_CHECK_STORES", true, SettingType.FLAG),
    JOBS_BATCH("jobs.batch", "JOBS_BATCH", 10, SettingType.wholeNumber(1, 1_000)),
    JOBS_IN_FLIGHT("jobs.in_flight", "JOBS_IN_FLIGHT", 5, SettingType.wholeNumber(1, 100)),
    JOBS_DELIVERIES("jobs.deliveries", "JOBS_DELIVERIES", 5, SettingType.wholeNumber(1, 1_000)),
    JOBS_DEAD_AFTER("jobs.dead_after_secs", "JOBS_DEAD_AFTER_SECS", 90, SettingType.wholeNumber(10, 3_600)),
    JOBS_SPEED("jobs.speed", "JOBS_SPEED", 1, SettingType.wholeNumber(1, 100)),
    LOG_LEVEL("log.level", "LOG_LEVEL", "info", SettingType.oneOf("trace", "debug", "info", "warn", "error", "off"));

    private final String key;
    private final String variable;
    private final Object byDefault;
    private final SettingType type;

    Setting(String key, String variable, Object byDefault, SettingType type) {
        this.key = key;
        this.variable = variable;
        this.byDefault = byDefault;
        this.type = type;
    }

    static Optional<Setting> byKey(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    /** The key in the file, with its table before the dot. */
    String key() {
        return key;
    }

    /** The environment variable. */
    String variable() {
        return variable;
    }

    Object byDefault() {
        return byDefault;
    }

    SettingType type() {
        return type;
    }

    boolean isUrl() {
        return this == DATABASE_URL || this == REDIS_URL;
    }

    /** The value for display, without a password. */
    String shown(Object value) {
        return switch (this) {
            case DATABASE_PASSWORD -> value.equals("") ? "" : "***";
            case DATABASE_URL, REDIS_URL -> Urls.withoutPassword(value.toString());
            default -> value.toString();
        };
    }
}
