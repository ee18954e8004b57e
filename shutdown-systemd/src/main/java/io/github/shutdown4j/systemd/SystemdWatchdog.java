package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/**
 * Sends systemd a heartbeat as long as the process is healthy; systemd aborts a process whose heartbeats cease for
 * {@code WatchdogSec=}.
 *
 * <p>Heartbeats are due at just under half of that time, on a thread of the watchdog's own, measured on the monotonic
 * clock. Before each of them the health check is asked, if there is one, on yet another thread; one that says no, throws,
 * or does not answer within a quarter of {@code WatchdogSec=} withholds the heartbeat, and the first time also logs a
 * warning, with the stack of a check that hangs. The check must be quick and free of side effects.
 *
 * <p>Nothing is sent, and no thread is started, if the unit has no {@code WatchdogSec=} or it is meant for another
 * process ({@code WATCHDOG_PID}); one line in the log says so. {@link #isActive()} tells.
 *
 * <p>Start it after {@link SystemdMessage#ready()}: an earlier heartbeat would arm the watchdog during the start. How
 * it behaves while the process ends is decided by the {@link WatchdogPolicy}; whoever sends the stop without a
 * {@link SystemdListener} must send it with {@link #stopping}.
 *
 * <p>Safe for use by several threads.
 */
public final class SystemdWatchdog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SystemdWatchdog.class);
    /** By how much a phase may exceed its budget before it counts as hung. */
    private static final Duration OVERRUN_TOLERANCE = Duration.ofSeconds(1);

    /** No heartbeat yet; heartbeats are due; none any more, for good. */
    private enum State {
        NEW,
        ACTIVE,
        ENDED
    }

    private final SystemdNotifier notifier;
    private final Ticker ticker;
    private final Optional<WatchdogTiming> limit;
    private final WatchdogPolicy policy;
    private final boolean triggers;
    private final @Nullable BooleanSupplier check;
    // Why heartbeats are withheld; empty while they are not. Written by the thread of the heartbeats alone.
    private volatile String problem = "";
    // When the shutdown must have come to its next phase; null while nothing is expected.
    private volatile @Nullable Deadline progressDue;
    // Held to write all below, and to read what is not volatile.
    private final ReentrantLock lock = new ReentrantLock();
    private volatile State state = State.NEW;
    private @Nullable HeartbeatThread thread;
    // From just before the stop is sent; the trigger is not sent from then on.
    private boolean stopping;
    // Null while no check is asked.
    private volatile @Nullable HealthProbe probe;

    private SystemdWatchdog(Builder builder, Optional<WatchdogTiming> limit) {
        notifier = builder.notifier;
        ticker = builder.ticker;
        policy = builder.policy;
        triggers = builder.triggers;
        check = builder.check;
        this.limit = limit;
    }

    /** Options for a watchdog that speaks through this notifier. */
    public static Builder builder(SystemdNotifier notifier) {
        return new Builder(Checks.notNull("notifier", notifier));
    }

    /** Whether systemd watches this process, and has been or will be sent heartbeats. */
    public boolean isActive() {
        return limit.isPresent();
    }

    /** From one heartbeat to the next; empty if there are none. */
    public Optional<Duration> interval() {
        return limit.map(WatchdogTiming::interval);
    }

    /**
     * Sends {@link SystemdMessage#stopping()} together with what the policy demands, in one datagram. With
     * {@link WatchdogPolicy#DISABLE_ON_STOP}, heartbeats end as soon as systemd has that; if it cannot be sent, they go on.
     * From here on, a process that is not healthy gets no heartbeats, but the watchdog is not triggered.
     *
     * @param more what else to send with it, such as a status
     */
    public NotifyResult stopping(SystemdMessage more) {
        Checks.notNull("more", more);
        SystemdMessage message = SystemdMessage.stopping().and(more);
        lock.lock();
        try {
            stopping = true;
        } finally {
            lock.unlock();
        }
        if (policy == WatchdogPolicy.KEEP_DURING_SHUTDOWN || !isSending()) {
            return notifier.send(message);
        }
        NotifyResult result = notifier.send(message.and(SystemdMessage.watchdogOff()));
        if (result.isSent()) {
            end();
        }
        return result;
    }

    /**
     * Gives up the watchdog: tells systemd not to expect heartbeats any more, and sends none. If that cannot be sent, they
     * go on, since systemd still expects them; it may be closed again. They also end when the notifier is closed.
     */
    @Override
    public void close() {
        boolean unused = giveUp();
    }

    /** False if systemd could not be told, so that heartbeats go on. */
    boolean giveUp() {
        lock.lock();
        try {
            boolean untold =
                    isSending() && notifier.send(SystemdMessage.watchdogOff()).isFailed();
            if (untold && !notifier.isClosed()) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        end();
        return true;
    }

    void start() {
        Throwable failure;
        lock.lock();
        try {
            if (limit.isEmpty() || state != State.NEW) {
                return;
            }
            state = State.ACTIVE;
            if (check != null) {
                probe = new HealthProbe(check, ticker);
            }
            WatchdogTiming present = limit.get();
            thread = new HeartbeatThread(ticker, present.interval(), () -> sendHeartbeatIfHealthy(present));
            thread.start();
            return;
        } catch (Throwable noThread) {
            failure = noThread;
        } finally {
            lock.unlock();
        }
        boolean told = notifier.send(SystemdMessage.watchdogOff()).isSent();
        end();
        log.error(
                "systemd: no heartbeats, and systemd {}: cannot create thread",
                told ? "is told not to expect any" : "cannot be told: it will abort the process",
                failure);
    }

    /** From now on, heartbeats depend on this being called again within the budget of the phase. */
    void onPhaseStarted(Duration budget) {
        progressDue = Deadline.after(ticker, budget.plus(OVERRUN_TOLERANCE));
    }

    /** Nothing is expected of the shutdown any more but that the process ends. */
    void onPhasesFinished() {
        progressDue = null;
    }

    /** One more heartbeat, unless they are withheld or have ended, so that the limit begins anew for what is left. */
    void sendFinalHeartbeat() {
        if (isSending() && problem.isEmpty()) {
            var unused = notifier.send(SystemdMessage.heartbeat());
        }
    }

    /** The check is asked no more: what it looks at is being released. */
    void endHealthCheck() {
        lock.lock();
        try {
            HealthProbe present = probe;
            if (present != null) {
                present.close();
                probe = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            state = State.ENDED;
            if (thread != null) {
                thread.end();
            }
        } finally {
            lock.unlock();
        }
        endHealthCheck();
    }

    private boolean isSending() {
        return state == State.ACTIVE;
    }

    private void sendHeartbeatIfHealthy(WatchdogTiming present) throws InterruptedException {
        String overrun = overrun();
        String found = overrun.isEmpty() ? askCheck(present.patience()) : overrun;
        boolean healthy = found.isEmpty();
        if (!isSending()) {
            return;
        }
        if (healthy && notifier.send(SystemdMessage.heartbeat()).isFailed() && notifier.isClosed()) {
            end();
            return;
        }
        if (healthy == problem.isEmpty()) {
            return;
        }
        problem = found;
        if (healthy) {
            log.info("systemd: heartbeats continue, the process is healthy again");
        } else if (triggers && overrun.isEmpty() && sendTrigger()) {
            log.warn("systemd: the watchdog is triggered: {}", found);
        } else {
            log.warn(
                    "systemd: heartbeats are withheld, the process is aborted in at most {}: {}",
                    Durations.text(present.limit()),
                    found);
        }
    }

    /** Unless the process ends: it would be aborted at once, where a heartbeat that is withheld leaves it some time. */
    private boolean sendTrigger() {
        lock.lock();
        try {
            if (stopping || state != State.ACTIVE) {
                return false;
            }
            var unused = notifier.send(SystemdMessage.watchdogTrigger()); // under the lock, so that no stop precedes it
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Why the shutdown lets no heartbeat out now; empty if it does. */
    private String overrun() {
        Deadline due = progressDue;
        return due != null && due.isExpired() ? "the shutdown hangs, a phase has exceeded its budget" : "";
    }

    /** Why the health check lets no heartbeat out; empty if it does, or is asked no more. */
    private String askCheck(Duration patience) throws InterruptedException {
        HealthProbe present = probe;
        return present == null ? "" : present.ask(patience).problem();
    }

    /** Options of a watchdog. A builder can be used once, by one thread. */
    public static final class Builder {

        private final SystemdNotifier notifier;
        private SystemdEnvironment environment = SystemdEnvironment.current();
        private Ticker ticker = Ticker.system();
        private WatchdogPolicy policy = WatchdogPolicy.KEEP_DURING_SHUTDOWN;
        private boolean triggers;
        private @Nullable BooleanSupplier check;
        private @Nullable Duration interval;
        private @Nullable Duration timeout;
        private boolean expected;

        private Builder(SystemdNotifier notifier) {
            this.notifier = notifier;
        }

        Builder environment(SystemdEnvironment environment, Ticker ticker) {
            this.environment = environment;
            this.ticker = ticker;
            return this;
        }

        /** Whether the process is healthy; default: as long as it runs. */
        public Builder healthCheck(BooleanSupplier check) {
            this.check = Checks.notNull("check", check);
            return this;
        }

        /** Heartbeats more often than systemd asks for; a longer interval is reported, and not used. */
        public Builder interval(Duration interval) {
            this.interval = Checks.positive("interval", interval);
            return this;
        }

        /** What the configuration takes for {@code WatchdogSec=}; another value in the unit is reported, and counts. */
        public Builder timeout(Duration timeout) {
            this.timeout = Checks.positive("timeout", timeout);
            return this;
        }

        /** The configuration of the application wants a watchdog; that there is none is then worth a warning. */
        Builder expected() {
            expected = true;
            return this;
        }

        /** The watchdog while the process ends; default {@link WatchdogPolicy#KEEP_DURING_SHUTDOWN}. */
        public Builder policy(WatchdogPolicy policy) {
            this.policy = Checks.notNull("policy", policy);
            return this;
        }

        /**
         * Has systemd act as soon as the health check says no, instead of when the next heartbeat is overdue; not once the
         * process ends. Since 243.
         */
        public Builder triggerWhenUnhealthy() {
            triggers = true;
            return this;
        }

        /** The watchdog, whose heartbeats have begun if systemd wants them. */
        public SystemdWatchdog startFromEnvironment() {
            SystemdWatchdog watchdog = prepare();
            watchdog.start();
            return watchdog;
        }

        SystemdWatchdog prepare() {
            Optional<WatchdogTiming> limit =
                    notifier.isUnderSystemd() ? WatchdogTiming.from(environment, interval, timeout) : Optional.empty();
            if (expected && notifier.isUnderSystemd() && limit.isEmpty()) {
                log.warn("systemd: the configuration enables the watchdog, but systemd watches nothing here: add"
                        + " WatchdogSec= to the unit");
            }
            return new SystemdWatchdog(this, limit);
        }
    }
}
