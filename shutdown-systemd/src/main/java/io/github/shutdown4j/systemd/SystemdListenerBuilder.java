package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownSetting;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;

/**
 * Builds a {@link SystemdListener}. Every option has a default. Not thread-safe.
 *
 * <pre>{@code
 * SystemdListener listener = SystemdListener.builder()
 *         .startExtension(Duration.ofSeconds(70)) // more than the start timeout of one service
 *         .stopExtensionCap(Duration.ofMinutes(2))
 *         .build();
 * }</pre>
 */
public final class SystemdListenerBuilder {

    SystemdEnvironment environment = SystemdEnvironment.current();
    Ticker ticker = Ticker.system();

    @Nullable
    SystemdNotifier notifier;

    @Nullable
    ShutdownConfig config;

    private @Nullable Consumer<SystemdWatchdogBuilder> watchdogOptions;
    boolean watchdogEnabled = true;
    Duration stopExtension = Duration.ofSeconds(3);
    Duration stopExtensionCap = Duration.ofMinutes(5);

    @Nullable
    Duration startExtension;

    Duration reloadExtension = Duration.ofSeconds(35);

    SystemdListenerBuilder() {}

    SystemdListenerBuilder environment(SystemdEnvironment environment, Ticker ticker) {
        this.environment = environment;
        this.ticker = ticker;
        return this;
    }

    /** Sets the notifier. Default: {@link SystemdNotifier#fromEnvironment()}. */
    public SystemdListenerBuilder notifier(SystemdNotifier notifier) {
        this.notifier = Checks.notNull("notifier", notifier);
        return this;
    }

    /**
     * Sets the watchdog settings, {@link ShutdownConfig#watchdog()}, of the application's configuration. The unit decides;
     * the configuration can only request more heartbeats.
     *
     * <ul>
     *   <li>Enabled: heartbeats are sent at the configured interval if that is shorter than {@code WatchdogSec=} requires. A
     *       longer interval, a timeout other than that of the unit, and a unit without {@code WatchdogSec=} are
     *       contradictions, which are logged as a warning; the unit takes precedence. Settings that are not {@linkplain
     *       ShutdownConfig#isSet set} contradict nothing.
     *   <li>Not enabled, the default: heartbeats are sent as the unit requires, because systemd would otherwise kill a
     *       healthy process. To disable the watchdog of the unit, use {@link #withoutWatchdog()}.
     * </ul>
     *
     * <p>{@link #watchdog} overrides these settings.
     */
    public SystemdListenerBuilder config(ShutdownConfig config) {
        this.config = Checks.notNull("config", config);
        return this;
    }

    /** Sets options of the watchdog, such as {@code w -> w.healthCheck(this::isHealthy)}. */
    public SystemdListenerBuilder watchdog(Consumer<SystemdWatchdogBuilder> options) {
        watchdogOptions = Checks.notNull("options", options);
        return this;
    }

    /** Sends no heartbeats. If the unit has {@code WatchdogSec=}, its watchdog is disabled with {@code READY=1}. */
    public SystemdListenerBuilder withoutWatchdog() {
        watchdogEnabled = false;
        return this;
    }

    /** Sets the length of an extension during the shutdown, positive. Default: 3 s. */
    public SystemdListenerBuilder stopExtension(Duration stopExtension) {
        this.stopExtension = sendable("stopExtension", stopExtension);
        return this;
    }

    /** Sets the time after the request to shut down at which extensions end, positive. Default: 5 minutes. */
    public SystemdListenerBuilder stopExtensionCap(Duration stopExtensionCap) {
        this.stopExtensionCap = Checks.positive("stopExtensionCap", stopExtensionCap);
        return this;
    }

    /**
     * Sets the length of an extension during the start, positive. It is sent at the beginning and whenever a service has
     * become ready. Default: no extensions. Choose more than the start timeout of one service, so that a chain of services
     * may take longer than {@code TimeoutStartSec=} as long as each is ready in time. Only for {@code Type=notify} and
     * {@code notify-reload}: in other units it would suspend the watchdog.
     */
    public SystemdListenerBuilder startExtension(Duration startExtension) {
        this.startExtension = sendable("startExtension", startExtension);
        return this;
    }

    /**
     * Sets the length of an extension during a reload, positive. It is sent at the beginning and after each subscriber.
     * Default: 35 s, more than the default limit of a subscriber (30 s). Has no effect with an {@code ExecReload=} that does
     * not wait.
     */
    public SystemdListenerBuilder reloadExtension(Duration reloadExtension) {
        this.reloadExtension = sendable("reloadExtension", reloadExtension);
        return this;
    }

    /** Checks that a message can contain the duration. */
    private static Duration sendable(String name, Duration extension) {
        String unused = MessageValues.micros(name, extension);
        return extension;
    }

    /** Creates the listener. It sends nothing before the coordinator starts. */
    public SystemdListener build() {
        return new SystemdListener(this);
    }

    void setWatchdog(SystemdWatchdogBuilder options) {
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
