package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Notifies systemd of the events of a coordinator. It is all that a service of {@code Type=notify} or {@code notify-reload}
 * needs. Without systemd it does nothing.
 *
 * <pre>{@code
 * .listener(SystemdListener.fromEnvironment(config))
 * }</pre>
 *
 * <ul>
 *   <li>{@code READY=1} once, when all services are ready; then the heartbeats of the watchdog start.
 *   <li>{@code STATUS=} with the services that are not ready, at each change; during the shutdown with the progress, at most
 *       four times a second.
 *   <li>{@code RELOADING=1} when a reload begins, and {@code READY=1} when it ends, even if it has failed. {@code
 *       EXTEND_TIMEOUT_USEC=} at the beginning and after each subscriber, because {@code TimeoutStartSec=} limits a reload as
 *       a whole.
 *   <li>{@code STOPPING=1} once, at the request to shut down, with the assignments of the {@link WatchdogPolicy}. After it,
 *       only status, extensions and heartbeats.
 *   <li>{@code EXTEND_TIMEOUT_USEC=} with {@code STOPPING=1}, and again after half of that time as long as the shutdown
 *       progresses: a request, service, resource, save or phase has ended. Without progress there is no extension, and
 *       systemd kills the process at the end of the last extension or at {@code TimeoutStopSec=}, whichever is later.
 * </ul>
 *
 * <p>With {@link WatchdogPolicy#KEEP_DURING_SHUTDOWN} the health check runs until the end of the drain. Heartbeats stop if a
 * phase exceeds its limit by more than a second. Unless they have stopped, one more follows the last status, so that the
 * process has the whole {@code WatchdogSec=} to exit.
 *
 * <p>Does not stop the coordinator if a notification fails. A listener belongs to one coordinator. Thread-safe.
 */
public final class SystemdListener implements ShutdownListener, AutoCloseable {

    static final ComponentLogger LOG = new ComponentLogger(SystemdListener.class, "systemd");
    private static final Duration STATUS_PAUSE = Duration.ofMillis(250);

    private enum State {
        STARTING,
        RUNNING,
        STOPPING
    }

    private final SystemdNotifier notifier;
    private final SystemdWatchdog watchdog;
    private final TimeoutExtender extender;
    private final Ticker ticker;
    private final boolean watchdogEnabled;
    private final boolean watchdogOfOtherProcess;
    private final @Nullable Duration startExtension;
    private final Duration reloadExtension;

    /** Guards the fields below. Held while a notification is sent, so that systemd receives them in order. */
    private final ReentrantLock lock = new ReentrantLock();

    private State state = State.STARTING;
    /** Whether systemd was notified of a reload that has not ended. A reload that began before READY is not reported. */
    private boolean reloading;

    private @Nullable LastRun lastRun;
    private int minAwaited = Integer.MAX_VALUE;
    private @Nullable ShutdownPhase phase;
    private long minUnfinished = Long.MAX_VALUE;
    /** When the next status about progress may be sent. */
    private @Nullable Deadline statusPause;

    SystemdListener(SystemdListenerBuilder builder) {
        notifier = builder.notifier == null ? SystemdNotifier.fromEnvironment() : builder.notifier;
        ticker = builder.ticker;
        SystemdWatchdogBuilder options = SystemdWatchdog.builder(notifier).environment(builder.environment, ticker);
        builder.setWatchdog(options);
        watchdog = options.prepare();
        watchdogEnabled = builder.watchdogEnabled;
        watchdogOfOtherProcess = WatchdogTiming.isForOtherProcess(builder.environment);
        if (watchdog.isActive() && !watchdogEnabled) {
            LOG.warn("the unit has WatchdogSec=, but the watchdog is disabled: READY=1 turns it off");
        }
        startExtension = builder.startExtension;
        reloadExtension = builder.reloadExtension;
        extender = new TimeoutExtender(notifier, ticker, builder.stopExtension, builder.stopExtensionCap);
    }

    /** Returns a listener for the environment of this process, with all defaults. */
    public static SystemdListener fromEnvironment() {
        return builder().build();
    }

    /** Like {@link #fromEnvironment()}, with the watchdog settings of {@link SystemdListenerBuilder#config}. */
    public static SystemdListener fromEnvironment(ShutdownConfig config) {
        return builder().config(config).build();
    }

    /** Returns a builder for other settings than the defaults. */
    public static SystemdListenerBuilder builder() {
        return new SystemdListenerBuilder();
    }

    /** Returns the notifier of this listener, for further messages of the application. */
    public SystemdNotifier notifier() {
        return notifier;
    }

    /**
     * Sends the names of the services that are not ready: {@code STATUS=waiting for postgres, redis}. Also sends the {@link
     * SystemdListenerBuilder#startExtension start extension}, if set, whenever the number of names has decreased. Does
     * nothing when ready or stopping.
     */
    @Override
    public void onWaiting(List<String> services) {
        lock.lock();
        try {
            if (state != State.STARTING) {
                return;
            }
            boolean progress = services.size() < minAwaited;
            minAwaited = Math.min(minAwaited, services.size());
            SystemdMessage status = SystemdMessage.status(StatusText.waitingFor(services));
            send(
                    progress && startExtension != null
                            ? SystemdMessage.extendTimeout(startExtension).and(status)
                            : status);
        } finally {
            lock.unlock();
        }
    }

    /** Stores the text for the status that is sent with {@code READY=1}. */
    @Override
    public void onLastRun(LastRun last) {
        lock.lock();
        try {
            lastRun = last;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onReady() {
        lock.lock();
        try {
            if (state != State.STARTING) {
                return;
            }
            state = State.RUNNING;
            SystemdMessage ready = SystemdMessage.ready().and(SystemdMessage.status(StatusText.running(lastRun)));
            if (watchdogOfOtherProcess || (watchdog.isActive() && !watchdogEnabled)) {
                send(ready.and(SystemdMessage.watchdogOff()));
            } else {
                send(ready);
                watchdog.start();
            }
            if (notifier.isUnderSystemd()) {
                extender.start();
                prepareStop();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Loads the classes that are first needed at the shutdown, when the jar may have been replaced. */
    private static void prepareStop() {
        int texts = StatusText.prepare();
        SystemdMessage unused = SystemdMessage.extendTimeout(Duration.ofSeconds(1));
        NotifyResult failed = new NotifyResult.Failed("example", OptionalInt.empty());
        LOG.trace("{} texts are prepared, and {}", texts, failed);
    }

    @Override
    public void onReloadStarted(String requestedBy) {
        lock.lock();
        try {
            // Before the start is complete, READY would complete it; after the stop has begun, systemd refuses it.
            if (state == State.RUNNING) {
                reloading = true;
                send(SystemdMessage.reloading()
                        .and(SystemdMessage.extendTimeout(reloadExtension))
                        .and(SystemdMessage.status(StatusText.reloading(requestedBy))));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onReloadStep(StepResult step) {
        lock.lock();
        try {
            if (state == State.RUNNING && reloading) {
                send(SystemdMessage.extendTimeout(reloadExtension));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onReloadFinished(ReloadReport report) {
        lock.lock();
        try {
            if (state == State.RUNNING) {
                SystemdMessage status = SystemdMessage.status(StatusText.reloaded(report));
                send(reloading ? SystemdMessage.ready().and(status) : status);
                reloading = false;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onShutdown(ShutdownReason reason) {
        lock.lock();
        try {
            if (state == State.STOPPING) {
                return;
            }
            state = State.STOPPING;
            if (notifier.isUnderSystemd()) {
                SystemdMessage status = SystemdMessage.status(StatusText.stopping(reason));
                NotifyResult result = watchdog.stopping(extender.firstRequest().and(status));
                extender.start();
                if (result.isFailed()) {
                    extender.progress(); // try again
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onPhaseStarted(ShutdownPhase begun, Duration budget) {
        lock.lock();
        try {
            if (phase != null) {
                extender.progress();
            }
            phase = begun;
            minUnfinished = Long.MAX_VALUE;
            statusPause = null;
            watchdog.onPhaseStarted(budget);
            if (begun.compareTo(ShutdownPhase.DRAIN) > 0) {
                watchdog.endHealthCheck();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onProgress(ShutdownPhase current, long unfinished, Duration left) {
        lock.lock();
        try {
            if (current != phase) {
                return; // a late event of a previous phase
            }
            if (unfinished < minUnfinished) {
                if (minUnfinished != Long.MAX_VALUE) {
                    extender.progress();
                }
                minUnfinished = unfinished;
            }
            if (statusPause == null || statusPause.isExpired()) {
                statusPause = Deadline.after(ticker, STATUS_PAUSE);
                send(SystemdMessage.status(StatusText.progress(current, unfinished, left)));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onStep(ShutdownPhase current, StepResult step) {
        extender.progress();
    }

    @Override
    public void onFinished(ShutdownReport report) {
        lock.lock();
        try {
            watchdog.onPhasesFinished();
            SystemdMessage message = SystemdMessage.status(StatusText.finished(report));
            Optional<SystemdMessage> extension = extender.finish();
            if (extension.isPresent()) {
                message = message.and(extension.get());
            }
            send(message);
            watchdog.sendFinalHeartbeat();
        } finally {
            lock.unlock();
        }
    }

    private void send(SystemdMessage message) {
        var unused = notifier.send(message); // the notifier logs failures
    }

    /**
     * Disables the watchdog and closes the notifier, for a process that continues without the coordinator. Do not call it
     * when the process ends: with {@link WatchdogPolicy#KEEP_DURING_SHUTDOWN} the watchdog must stay active until the exit.
     * If systemd cannot be notified, heartbeats continue and the notifier stays open; the call can be repeated.
     */
    @Override
    public void close() {
        var unused = extender.finish();
        if (watchdog.disable()) {
            notifier.close();
        }
    }
}
