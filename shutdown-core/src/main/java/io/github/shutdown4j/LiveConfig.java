package io.github.shutdown4j;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownSetting;
import io.github.shutdown4j.trigger.ShuttingDownException;

/** The configuration in force. It can be replaced until a shutdown is requested. */
final class LiveConfig {

    private volatile ShutdownConfig current;
    private boolean fixed;

    LiveConfig(ShutdownConfig initial) {
        current = initial;
    }

    ShutdownConfig get() {
        return current;
    }

    /**
     * Replaces the configuration.
     *
     * @return the changes, one line each
     * @throws io.github.shutdown4j.config.ShutdownConfigException if it changes a fixed setting
     * @throws ShuttingDownException if a shutdown has been requested
     */
    synchronized List<String> replace(ShutdownConfig next) {
        if (fixed) {
            throw new ShuttingDownException("the shutdown has begun, its limits cannot change any more");
        }
        List<String> changes = next.changesTo(current, Fixed.SETTINGS);
        current = next;
        return changes;
    }

    /** Fixes the configuration for the shutdown. */
    synchronized void fix() {
        fixed = true;
    }

    /** A separate class, loaded only when a configuration is replaced. */
    private static final class Fixed {
        static final Set<ShutdownSetting> SETTINGS = EnumSet.of(
                ShutdownSetting.RESOURCE_TIMEOUT, // each resource has had it since it was registered
                ShutdownSetting.START_TIMEOUT,
                ShutdownSetting.FORCE_QUIT, // its thread is created at the start
                ShutdownSetting.PROGRESS_INTERVAL,
                ShutdownSetting.WATCHDOG_ENABLED,
                ShutdownSetting.WATCHDOG_TIMEOUT,
                ShutdownSetting.WATCHDOG_INTERVAL);
    }
}
