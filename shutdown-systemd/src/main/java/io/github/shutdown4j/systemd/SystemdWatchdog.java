package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.Ticker;

/**
 * Sends heartbeats to systemd as long as the process is healthy. systemd aborts a process that sends none for {@code
 * WatchdogSec=}.
 *
 * <pre>{@code
 * systemd.send(SystemdMessage.ready());
 * SystemdWatchdog watchdog = SystemdWatchdog.builder(systemd).healthCheck(health::isLive).startFromEnvironment();
 * }</pre>
 *
 * <p>Heartbeats are sent at just under half of that time, measured on the monotonic clock, on a thread of the watchdog.
 * Before each one the health check, if any, runs on another thread. If it returns false, throws, or takes longer than a
 * quarter of {@code WatchdogSec=}, the heartbeat is withheld. The first time, a warning is logged, with the stack trace of a
 * check that hangs. The check must be fast and must not have side effects. It is not interrupted.
 *
 * <p>If the unit has no {@code WatchdogSec=}, or it applies to another process ({@code WATCHDOG_PID}), nothing is sent and no
 * thread is started; one log line says so. See {@link #isActive()}.
 *
 * <p>Start it after {@link SystemdMessage#ready()}, because an earlier heartbeat would arm the watchdog during the start.
 * {@link WatchdogPolicy} defines the behaviour during the shutdown. Without a {@link SystemdListener}, send the stop with
 * {@link #stopping}.
 *
 * <p>Thread-safe.
 */
public final class SystemdWatchdog implements AutoCloseable {

    static final ComponentLogger LOG = new ComponentLogger(SystemdWatchdog.class, "systemd");
    /** The time by which a phase may exceed its limit before it counts as hung. */
    private static final Duration OVERRUN_TOLERANCE = Duration.ofSeconds(1);

    /** Not started; sending heartbeats; ended, which is final. */
    private enum State {
        NEW,
        ACTIVE,
        ENDED
    }

    private final SystemdNotifier notifier;
    private final Ticker ticker;
    private final Optional<WatchdogTiming> timing;
    private final WatchdogPolicy policy;
    private final boolean triggers;
    private final @Nullable BooleanSupplier check;
    // The reason for withheld heartbeats; empty if there is none. Written by the heartbeat thread only.
    private volatile String problem = "";
    // The time at which the next phase must have started; null if there is no such time.
    private volatile @Nullable Deadline progressDue;
    // Guards writes of the fields below, and reads of those that are not volatile.
    private final ReentrantLock lock = new ReentrantLock();
    private volatile State state = State.NEW;
    private @Nullable HeartbeatThread thread;
    // Set just before the stop is sent; the trigger is not sent afterwards.
    private boolean stopping;
    // Null if there is no check.
    private volatile @Nullable HealthProbe probe;

    SystemdWatchdog(SystemdWatchdogBuilder builder, Optional<WatchdogTiming> timing) {
        notifier = builder.notifier;
        ticker = builder.ticker;
        policy = builder.policy;
        triggers = builder.triggers;
        check = builder.check;
        this.timing = timing;
    }

    /** Returns a builder of a watchdog that uses this notifier. */
    public static SystemdWatchdogBuilder builder(SystemdNotifier notifier) {
        return new SystemdWatchdogBuilder(Checks.notNull("notifier", notifier));
    }

    /** Returns whether systemd monitors this process, so that heartbeats are sent. */
    public boolean isActive() {
        return timing.isPresent();
    }

    /** Returns the interval of heartbeats; empty if there are none. */
    public Optional<Duration> interval() {
        return timing.map(WatchdogTiming::interval);
    }

    /**
     * Sends {@link SystemdMessage#stopping()} together with the assignments of the policy, in one datagram. With
     * {@link WatchdogPolicy#DISABLE_ON_STOP} heartbeats end when this was sent; if sending fails, they continue. From now on
     * heartbeats of an unhealthy process are withheld, but the watchdog is not triggered.
     *
     * @param more further assignments, such as a status
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
     * Disables the watchdog in systemd and stops the heartbeats. If that cannot be sent, heartbeats continue, because systemd
     * still expects them; the call can be repeated. Heartbeats also end when the notifier is closed.
     */
    @Override
    public void close() {
        boolean unused = disable();
    }

    /** Returns false if systemd could not be notified, so that heartbeats continue. */
    boolean disable() {
        lock.lock();
        try {
            boolean failed =
                    isSending() && notifier.send(SystemdMessage.watchdogOff()).isFailed();
            if (failed && !notifier.isClosed()) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        end();
        return true;
    }

    void start() {
        try {
            startThread();
        } catch (Throwable noThread) {
            boolean disabled = notifier.send(SystemdMessage.watchdogOff()).isSent();
            end();
            LOG.error(
                    "cannot create a thread for the watchdog, {}",
                    disabled ? "the watchdog is disabled" : "and systemd will abort the process",
                    noThread);
        }
    }

    private void startThread() {
        lock.lock();
        try {
            if (timing.isEmpty() || state != State.NEW) {
                return;
            }
            state = State.ACTIVE;
            if (check != null) {
                probe = new HealthProbe(check, ticker);
            }
            WatchdogTiming present = timing.get();
            thread = new HeartbeatThread(ticker, present.interval(), new HealthyHeartbeat(this, present));
            thread.start();
        } finally {
            lock.unlock();
        }
    }

    /** Heartbeats are withheld unless this is called again within the budget of the phase. */
    void onPhaseStarted(Duration budget) {
        progressDue = Deadline.after(ticker, budget.plus(OVERRUN_TOLERANCE));
    }

    /** No further phase follows. */
    void onPhasesFinished() {
        progressDue = null;
    }

    /** Sends a last heartbeat, unless they are withheld or have ended, so that the whole limit remains for the exit. */
    void sendFinalHeartbeat() {
        if (isSending() && problem.isEmpty()) {
            var unused = notifier.send(SystemdMessage.heartbeat());
        }
    }

    /** Ends the health check, because the resources that it uses are being released. */
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

    /** Not a lambda, which takes a JVM longer, because every start with a watchdog passes here. */
    private record HealthyHeartbeat(SystemdWatchdog watchdog, WatchdogTiming timing)
            implements HeartbeatThread.Heartbeat {

        @Override
        public void send() throws InterruptedException {
            watchdog.sendHeartbeatIfHealthy(timing);
        }
    }

    private void sendHeartbeatIfHealthy(WatchdogTiming present) throws InterruptedException {
        String overrun = overrun();
        String found = overrun.isEmpty() ? runCheck(present.checkLimit()) : overrun;
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
            LOG.info("heartbeats continue, the process is healthy again");
        } else if (triggers && overrun.isEmpty() && sendTrigger()) {
            LOG.warn("the watchdog is triggered: {}", found);
        } else {
            LOG.warn(
                    "heartbeats are withheld, the process is aborted in at most {}: {}",
                    Durations.text(present.limit()),
                    found);
        }
    }

    /** Not during a shutdown: it would abort the process at once, whereas a withheld heartbeat leaves it some time. */
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

    /** Returns the problem of the shutdown that withholds heartbeats; empty if none. */
    private String overrun() {
        Deadline due = progressDue;
        return due != null && due.isExpired() ? "the shutdown hangs, a phase has exceeded its budget" : "";
    }

    /** Returns the problem that the health check has found; empty if none, or if there is no check. */
    private String runCheck(Duration limit) throws InterruptedException {
        HealthProbe present = probe;
        return present == null ? "" : present.check(limit);
    }
}
