package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.checkpoint.LastRun;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Tells systemd what a coordinator does. Attaching it is all that a service of {@code Type=notify} or
 * {@code notify-reload} needs; where there is no systemd it does nothing.
 *
 * <pre>{@code
 * .listener(SystemdListener.fromEnvironment(config))
 * }</pre>
 *
 * <ul>
 *   <li>{@code READY=1} once, when all services are ready; then the heartbeats of the watchdog begin.
 *   <li>{@code STATUS=} with whom the start waits for, at each turn, and at most four times a second while work is awaited.
 *   <li>{@code RELOADING=1} when a reload begins, and {@code READY=1} when it ends, also if it has failed. With the first,
 *       and after each subscriber, {@code EXTEND_TIMEOUT_USEC=} for the next one, since {@code TimeoutStartSec=} limits a
 *       reload as a whole.
 *   <li>{@code STOPPING=1} once, at the request, with what the {@link WatchdogPolicy} demands. After it, only a status,
 *       an extension or a heartbeat.
 *   <li>{@code EXTEND_TIMEOUT_USEC=} with the stop, and again at half of that time for as long as work gets less: a
 *       request, service, resource or save has ended, or a phase. When nothing ends, no more time is asked for, and
 *       systemd kills the process at the end of the last extension or at {@code TimeoutStopSec=}, whichever is later.
 * </ul>
 *
 * <p>With {@link WatchdogPolicy#KEEP_DURING_SHUTDOWN} the health check is asked until the work in hand is over, and no more from the
 * first save on. A phase that exceeds its budget by more than a second ends the heartbeats. Unless they are withheld,
 * one more follows the last status, so that the process has all of {@code WatchdogSec=} to be gone.
 *
 * <p>For one coordinator. Safe for use by several threads.
 */
public final class SystemdListener implements ShutdownListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SystemdListener.class);
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

    /** Guards all below, and is held while a notification is sent, so that systemd sees them in the right order. */
    private final ReentrantLock lock = new ReentrantLock();

    private State state = State.STARTING;
    /** Whether systemd was told of a reload that has not ended. One that began before READY is not told. */
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
        SystemdWatchdog.Builder options = SystemdWatchdog.builder(notifier).environment(builder.environment, ticker);
        builder.setWatchdog(options);
        watchdog = options.prepare();
        watchdogEnabled = builder.watchdogEnabled;
        watchdogOfOtherProcess = WatchdogTiming.isForOtherProcess(builder.environment);
        if (watchdog.isActive() && !watchdogEnabled) {
            log.warn(
                    "systemd: the unit has WatchdogSec=, but the watchdog is disabled: systemd is told so with READY=1");
        }
        startExtension = builder.startExtension;
        reloadExtension = builder.reloadExtension();
        extender = new TimeoutExtender(notifier, ticker, builder.extension, builder.extensionCap);
    }

    /** The listener for what systemd has put into the environment of this process, with all defaults. */
    public static SystemdListener fromEnvironment() {
        return builder().build();
    }

    /** The same, with the watchdog as the application has configured it; see {@link SystemdListenerBuilder#config}. */
    public static SystemdListener fromEnvironment(ShutdownConfig config) {
        return builder().config(config).build();
    }

    /** For other settings than the defaults. */
    public static SystemdListenerBuilder builder() {
        return new SystemdListenerBuilder();
    }

    /** What this listener speaks through, for messages of the application's own. */
    public SystemdNotifier notifier() {
        return notifier;
    }

    /**
     * Tells what the start still waits for: {@code STATUS=waiting for postgres, redis}. If a start extension is set,
     * also asks for that much time whenever the number of names has become less. Does nothing once ready or stopping.
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

    /** Remembers it for the status that goes with {@code READY=1}. */
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

    /** Loads what is needed for the first time at the end, when the jar may have been replaced by its successor. */
    private static void prepareStop() {
        StatusText.prepare();
        NotifyResult failed = new NotifyResult.Failed("example", OptionalInt.empty());
        log.trace("systemd: prepared for {}", failed);
    }

    @Override
    public void onReloadStarted(String by) {
        lock.lock();
        try {
            // Before the start is complete, READY would complete it; after the stop has begun, systemd refuses it.
            if (state == State.RUNNING) {
                reloading = true;
                send(SystemdMessage.reloading()
                        .and(SystemdMessage.extendTimeout(reloadExtension))
                        .and(SystemdMessage.status(StatusText.reloading(by))));
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
                NotifyResult told = watchdog.stopping(extender.firstRequest().and(status));
                extender.start();
                if (told.isFailed()) {
                    extender.progress(); // not asked yet
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onPhase(ShutdownPhase begun, Duration budget) {
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
                return; // a late word about a phase that is over: its count means nothing in this one
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
        var unused = notifier.send(message); // the notifier tells of failures
    }

    /**
     * Gives up the watchdog and closes the notifier, for a process that lives on without the coordinator. Not needed
     * where the process ends, and harmful there with {@link WatchdogPolicy#KEEP_DURING_SHUTDOWN}, which goes on until the end.
     * If systemd cannot be told, heartbeats go on, and the notifier stays open; it may be closed again.
     */
    @Override
    public void close() {
        var unused = extender.finish();
        if (watchdog.giveUp()) {
            notifier.close();
        }
    }
}
