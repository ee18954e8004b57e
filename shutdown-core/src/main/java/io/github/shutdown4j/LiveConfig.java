package io.github.shutdown4j;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownSetting;
import io.github.shutdown4j.trigger.ShuttingDownException;

/** The configuration in force; it can be replaced until the shutdown begins. */
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
     * Puts another one in force.
     *
     * @return what it changes, one line each
     * @throws io.github.shutdown4j.config.ShutdownConfigException if it changes what cannot change any more
     * @throws ShuttingDownException if it is fixed
     */
    synchronized List<String> replace(ShutdownConfig next) {
        if (fixed) {
            throw new ShuttingDownException("the shutdown has begun, its limits cannot change any more");
        }
        List<String> changes = next.changesTo(current, Fixed.SETTINGS);
        current = next;
        return changes;
    }

    /** From now on it stays as it is. */
    synchronized void fix() {
        fixed = true;
    }

    /** Loaded only where something is replaced. */
    private static final class Fixed {
        static final Set<ShutdownSetting> SETTINGS = EnumSet.of(
                ShutdownSetting.RESOURCE_TIMEOUT, // each resource has had it since it was registered
                ShutdownSetting.START_TIMEOUT,
                ShutdownSetting.FORCE_QUIT, // its thread is made at the start
                ShutdownSetting.PROGRESS_INTERVAL,
                ShutdownSetting.WATCHDOG_ENABLED,
                ShutdownSetting.WATCHDOG_TIMEOUT,
                ShutdownSetting.WATCHDOG_INTERVAL);
    }
}
