package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownSetting;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;

/** The options of a {@link SystemdListener}; none is needed. Not for use by several threads. */
public final class SystemdListenerBuilder {

    SystemdEnvironment environment = SystemdEnvironment.current();
    Ticker ticker = Ticker.system();

    @Nullable
    SystemdNotifier notifier;

    @Nullable
    ShutdownConfig config;

    private @Nullable Consumer<SystemdWatchdog.Builder> watchdogOptions;
    boolean watchdogEnabled = true;
    Duration extension = Duration.ofSeconds(3);
    Duration extensionCap = Duration.ofMinutes(5);

    @Nullable
    Duration startExtension;

    private Duration reloadExtension = Duration.ofSeconds(35);

    SystemdListenerBuilder() {}

    SystemdListenerBuilder environment(SystemdEnvironment environment, Ticker ticker) {
        this.environment = environment;
        this.ticker = ticker;
        return this;
    }

    /** Speaks through this one; default: the one of the environment. */
    public SystemdListenerBuilder notifier(SystemdNotifier notifier) {
        this.notifier = Checks.notNull("notifier", notifier);
        return this;
    }

    /**
     * Takes the watchdog's part of the application's configuration, {@link ShutdownConfig#watchdog()}. The unit
     * decides, the configuration may only ask for more.
     *
     * <ul>
     *   <li>Enabled: heartbeats come at the configured interval if that is shorter than what {@code WatchdogSec=}
     *       demands. A configured timeout that is not the unit's, a longer interval, and a unit without
     *       {@code WatchdogSec=} are contradictions: a warning says so, and the unit counts. What nobody has
     *       {@linkplain ShutdownConfig#isSet set} contradicts nothing.
     *   <li>Not enabled, which is the default: the configuration says nothing. A watchdog that the unit has gets its
     *       heartbeats all the same, since without them systemd would kill a healthy process. To have none against
     *       the unit, say {@link #withoutWatchdog()}.
     * </ul>
     *
     * <p>What {@link #watchdog} sets comes later and wins.
     */
    public SystemdListenerBuilder config(ShutdownConfig config) {
        this.config = Checks.notNull("config", config);
        return this;
    }

    /** Sets options of the watchdog, such as {@code w -> w.healthCheck(this::isWell)}. */
    public SystemdListenerBuilder watchdog(Consumer<SystemdWatchdog.Builder> options) {
        watchdogOptions = Checks.notNull("options", options);
        return this;
    }

    /** No heartbeats, even if the unit has {@code WatchdogSec=}; systemd is then told not to expect them. */
    public SystemdListenerBuilder withoutWatchdog() {
        watchdogEnabled = false;
        return this;
    }

    /** How much time is asked for at once while stopping; default 3 seconds. */
    public SystemdListenerBuilder extension(Duration extension) {
        this.extension = sendable("extension", extension);
        return this;
    }

    /** From the beginning of the stop on, time is asked for up to here; default 5 minutes. */
    public SystemdListenerBuilder extensionCap(Duration cap) {
        extensionCap = Checks.positive("cap", cap);
        return this;
    }

    /**
     * How much time {@link SystemdListener#onWaiting} asks for while starting, at once and again whenever a service has become
     * ready; default none. More than the start timeout of one service: then a chain of services that come after one another
     * may take longer than {@code TimeoutStartSec=}, as long as each is ready in time. Only for {@code Type=notify} and
     * {@code notify-reload}: in other units it would silence the watchdog.
     */
    public SystemdListenerBuilder startExtension(Duration extension) {
        startExtension = sendable("startExtension", extension);
        return this;
    }

    /**
     * How much time is asked for with the begin of a reload and again after each subscriber; default 35 seconds, which is
     * more than a subscriber may take by default (30). Has no effect with an
     * {@code ExecReload=} that does not wait.
     */
    public SystemdListenerBuilder reloadExtension(Duration extension) {
        reloadExtension = sendable("reloadExtension", extension);
        return this;
    }

    /** Refuses what no message can carry. */
    private static Duration sendable(String name, Duration extension) {
        String unused = SystemdMessage.micros(name, extension);
        return extension;
    }

    /** The listener, which says nothing before the coordinator starts. */
    public SystemdListener build() {
        return new SystemdListener(this);
    }

    Duration reloadExtension() {
        return reloadExtension;
    }

    void setWatchdog(SystemdWatchdog.Builder options) {
        if (config != null && config.watchdog().enabled()) {
            options.expected();
            if (config.isSet(ShutdownSetting.WATCHDOG_TIMEOUT)) {
                options.timeout(config.watchdog().timeout());
            }
            if (config.isSet(ShutdownSetting.WATCHDOG_INTERVAL)) {
                options.interval(config.watchdog().interval());
            }
        }
        if (watchdogOptions != null) {
            watchdogOptions.accept(options);
        }
    }
}
