package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Ticker;

/**
 * Builds a {@link SystemdWatchdog}. Can be used once. Not thread-safe.
 *
 * <pre>{@code
 * SystemdWatchdog watchdog = SystemdWatchdog.builder(systemd)
 *         .healthCheck(eventLoop::isResponsive)
 *         .triggerWhenUnhealthy() // restart at once
 *         .startFromEnvironment();
 * }</pre>
 */
public final class SystemdWatchdogBuilder {

    final SystemdNotifier notifier;
    private SystemdEnvironment environment = SystemdEnvironment.current();
    Ticker ticker = Ticker.system();
    WatchdogPolicy policy = WatchdogPolicy.KEEP_DURING_SHUTDOWN;
    boolean triggers;

    @Nullable
    BooleanSupplier check;

    private @Nullable Duration interval;
    private @Nullable Duration timeout;
    private boolean expected;

    SystemdWatchdogBuilder(SystemdNotifier notifier) {
        this.notifier = notifier;
    }

    SystemdWatchdogBuilder environment(SystemdEnvironment environment, Ticker ticker) {
        this.environment = environment;
        this.ticker = ticker;
        return this;
    }

    /** Sets the health check, which is never interrupted. Default: the process is healthy as long as it runs. */
    public SystemdWatchdogBuilder healthCheck(BooleanSupplier check) {
        this.check = Checks.notNull("check", check);
        return this;
    }

    /** Sets a shorter interval than systemd requires; a longer one is ignored with a warning. */
    public SystemdWatchdogBuilder interval(Duration interval) {
        this.interval = Checks.positive("interval", interval);
        return this;
    }

    /** Sets the expected value of {@code WatchdogSec=}. If the unit has another one, that is used, with a warning. */
    public SystemdWatchdogBuilder timeout(Duration timeout) {
        this.timeout = Checks.positive("timeout", timeout);
        return this;
    }

    /** The application's configuration enables the watchdog, so a missing {@code WatchdogSec=} is logged as a warning. */
    SystemdWatchdogBuilder expected() {
        expected = true;
        return this;
    }

    /** Sets the behaviour during the shutdown. Default: {@link WatchdogPolicy#KEEP_DURING_SHUTDOWN}. */
    public SystemdWatchdogBuilder policy(WatchdogPolicy policy) {
        this.policy = Checks.notNull("policy", policy);
        return this;
    }

    /**
     * Lets systemd abort the process as soon as the health check fails, instead of when a heartbeat is overdue. Has no
     * effect during the shutdown. Since systemd 243.
     */
    public SystemdWatchdogBuilder triggerWhenUnhealthy() {
        triggers = true;
        return this;
    }

    /** Creates the watchdog and, if systemd requires heartbeats, starts them. */
    public SystemdWatchdog startFromEnvironment() {
        SystemdWatchdog watchdog = prepare();
        watchdog.start();
        return watchdog;
    }

    SystemdWatchdog prepare() {
        Optional<WatchdogTiming> timing =
                notifier.isUnderSystemd() ? WatchdogTiming.from(environment, interval, timeout) : Optional.empty();
        if (expected && notifier.isUnderSystemd() && timing.isEmpty()) {
            SystemdWatchdog.LOG.warn(
                    "the configuration enables the watchdog, but the unit has none: add WatchdogSec= to the unit");
        }
        return new SystemdWatchdog(this, timing);
    }
}
