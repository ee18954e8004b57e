package io.github.shutdown4j.config;

import java.time.Duration;

import io.github.shutdown4j.internal.Checks;

/**
 * Builds a configuration in code. If a setting is made twice, the last value counts. A setter rejects a value that is
 * out of bounds; {@link #build} rejects settings that contradict each other. Not thread-safe.
 *
 * <pre>{@code
 * ShutdownConfig config = ShutdownConfig.builder()
 *         .timeout(Duration.ofSeconds(25)) // docker stop -t 30 leaves 5 s for the exit
 *         .announceDelay(Duration.ofSeconds(5)) // until the load balancer has noticed
 *         .drainTimeout(Duration.ofSeconds(15))
 *         .build();
 * }</pre>
 */
public final class ShutdownConfigBuilder {

    final ConfigValues draft = new ConfigValues();

    ShutdownConfigBuilder() {}

    /** Sets {@link ShutdownConfig#timeout}. */
    public ShutdownConfigBuilder timeout(Duration timeout) {
        return set(ShutdownSetting.TIMEOUT, "timeout", timeout);
    }

    /** Sets {@link ShutdownConfig#drainTimeout}. */
    public ShutdownConfigBuilder drainTimeout(Duration drainTimeout) {
        return set(ShutdownSetting.DRAIN_TIMEOUT, "drainTimeout", drainTimeout);
    }

    /** Sets {@link ShutdownConfig#stopTimeout}. */
    public ShutdownConfigBuilder stopTimeout(Duration stopTimeout) {
        return set(ShutdownSetting.STOP_TIMEOUT, "stopTimeout", stopTimeout);
    }

    /** Sets {@link ShutdownConfig#saveTimeout}. */
    public ShutdownConfigBuilder saveTimeout(Duration saveTimeout) {
        return set(ShutdownSetting.SAVE_TIMEOUT, "saveTimeout", saveTimeout);
    }

    /** Sets {@link ShutdownConfig#resourceTimeout}. */
    public ShutdownConfigBuilder resourceTimeout(Duration resourceTimeout) {
        return set(ShutdownSetting.RESOURCE_TIMEOUT, "resourceTimeout", resourceTimeout);
    }

    /** Sets {@link ShutdownConfig#announceDelay}. */
    public ShutdownConfigBuilder announceDelay(Duration announceDelay) {
        return set(ShutdownSetting.ANNOUNCE_DELAY, "announceDelay", announceDelay);
    }

    /** Sets {@link ShutdownConfig#announceQuiet}. */
    public ShutdownConfigBuilder announceQuiet(Duration announceQuiet) {
        return set(ShutdownSetting.ANNOUNCE_QUIET, "announceQuiet", announceQuiet);
    }

    /** Sets {@link ShutdownConfig#startTimeout}. */
    public ShutdownConfigBuilder startTimeout(Duration startTimeout) {
        return set(ShutdownSetting.START_TIMEOUT, "startTimeout", startTimeout);
    }

    /** Sets {@link ShutdownConfig#forceQuit}. */
    public ShutdownConfigBuilder forceQuit(boolean forceQuit) {
        return assign(ShutdownSetting.FORCE_QUIT, forceQuit);
    }

    /** Sets {@link ShutdownConfig#forceDelay}. */
    public ShutdownConfigBuilder forceDelay(Duration forceDelay) {
        return set(ShutdownSetting.FORCE_DELAY, "forceDelay", forceDelay);
    }

    /** Sets {@link ShutdownConfig#forceOn}. */
    public ShutdownConfigBuilder forceOn(ForceOn forceOn) {
        return assign(ShutdownSetting.FORCE_ON, Checks.notNull("forceOn", forceOn));
    }

    /** Sets {@link ShutdownConfig#progressInterval}. */
    public ShutdownConfigBuilder progressInterval(Duration progressInterval) {
        return set(ShutdownSetting.PROGRESS_INTERVAL, "progressInterval", progressInterval);
    }

    /** Sets {@link ShutdownConfig#gracePeriod}. */
    public ShutdownConfigBuilder gracePeriod(Duration gracePeriod) {
        return set(ShutdownSetting.GRACE_PERIOD, "gracePeriod", gracePeriod);
    }

    /** Sets {@link ShutdownConfig.Watchdog#enabled}. */
    public ShutdownConfigBuilder watchdogEnabled(boolean watchdogEnabled) {
        return assign(ShutdownSetting.WATCHDOG_ENABLED, watchdogEnabled);
    }

    /** Sets {@link ShutdownConfig.Watchdog#timeout}. */
    public ShutdownConfigBuilder watchdogTimeout(Duration watchdogTimeout) {
        return set(ShutdownSetting.WATCHDOG_TIMEOUT, "watchdogTimeout", watchdogTimeout);
    }

    /** Sets {@link ShutdownConfig.Watchdog#interval}. */
    public ShutdownConfigBuilder watchdogInterval(Duration watchdogInterval) {
        return set(ShutdownSetting.WATCHDOG_INTERVAL, "watchdogInterval", watchdogInterval);
    }

    /**
     * Returns the configuration as set so far. The builder can still be used afterwards.
     *
     * @throws ShutdownConfigException naming every contradiction between the settings
     */
    public ShutdownConfig build() {
        return draft.build();
    }

    private ShutdownConfigBuilder set(ShutdownSetting setting, String argument, Duration value) {
        return assign(setting, setting.type().check(argument, value));
    }

    private ShutdownConfigBuilder assign(ShutdownSetting setting, Object value) {
        draft.assign(setting, value, "builder");
        return this;
    }
}
