package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Starts services, waits for a reason to shut down, and then runs the phases in order: announce, stop, drain, save,
 * release, save again, exit.
 *
 * <pre>{@code
 * var requests = ConnectionTracker.create("requests"); // handlers: requests.run(() -> handle(request))
 * ShutdownCoordinator.builder()
 *         .timeout(Duration.ofSeconds(30))
 *         .server("http", server::start, server::stop) // serves until requests in flight have finished
 *         .tracker(requests)
 *         .resource(Resources.database("database", pool))
 *         .build()
 *         .run(); // does not return: the process exits with the exit code of the report
 * }</pre>
 *
 * <p><b>Reasons.</b> A shutdown starts on SIGTERM or SIGINT, a {@linkplain #shutdown call}, a failed critical service or
 * {@linkplain #run(CheckedRunnable) start-up}, {@link System#exit}, the end of the last non-daemon thread or, if
 * {@linkplain ShutdownCoordinatorBuilder#shutdownOnUncaughtException enabled}, an uncaught exception. It runs exactly once;
 * the first reason is reported.
 *
 * <p><b>Time.</b> All phases share one deadline, {@link ShutdownConfig#timeout()}, which starts with the request;
 * {@link #plan()} shows how it is divided. A step that exceeds its limit is abandoned and named in the report. It never
 * keeps a later phase from running.
 *
 * <p><b>Exit code.</b> 0 if the reason is not a failure and every step has succeeded, otherwise 1. If the JVM was already
 * exiting, its exit code is kept. A SIGINT at least one second after the request halts the JVM at once with 130; which
 * signals do this is {@linkplain ShutdownConfig#forceOn() configurable}. If the shutdown and the JVM hooks exceed the timeout
 * plus the {@linkplain ShutdownConfig#forceDelay() force delay}, the JVM is halted with 124. If
 * {@link ShutdownConfig#forceQuit()} is false, the JVM is never halted.
 *
 * <p><b>Threads.</b> The shutdown runs on its own thread before the JVM hooks start, so loggers and other libraries still
 * work. Only if the JVM is already exiting does it run inside a JVM hook, concurrently with all other hooks.
 *
 * <p><b>One per process.</b> Signals have one owner: a second coordinator cannot start while the first handles them.
 * {@linkplain ShutdownCoordinatorBuilder#embedded() Embedded} coordinators handle no signals, and a process may have any
 * number of them.
 *
 * <p><b>Limits.</b> A coordinator does not keep the process alive; {@link #run()}, which blocks its caller, and
 * services do. It cannot act on SIGKILL, a crash or a power cut; use periodic checkpoints for those.
 */
public final class ShutdownCoordinator {

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    /** Created in advance, for a process that has no memory left for another reason. */
    private static final ShutdownReason BY_APPLICATION = new ShutdownReason.Requested("the application");

    private final CoordinatorComponents components;
    private final CoordinatorLifecycle lifecycle;
    private final @Nullable Attachments attachments;

    /** Guards the next three fields. */
    private final Object lock = new Object();

    private boolean started;
    private @Nullable ShutdownHealth health;
    private @Nullable ShutdownMetrics metrics;

    ShutdownCoordinator(CoordinatorComponents components, @Nullable Attachments attachments) {
        this.attachments = attachments;
        this.components = components;
        this.lifecycle = new CoordinatorLifecycle(components, ShutdownLog.written());
    }

    /** Returns a builder. Every part of a coordinator is optional. */
    public static ShutdownCoordinatorBuilder builder() {
        return new ShutdownCoordinatorBuilder();
    }

    /**
     * Installs the signal handlers and the JVM hook, starts the services and returns; {@link #awaitReady} waits until they
     * are ready. Can be called once. A shutdown that was requested before or during the call is carried out.
     *
     * @throws IllegalStateException if it or its group of services was started before, if another coordinator handles the
     *     signals, or if the name of its {@linkplain ShutdownCoordinatorBuilder#mxBean MBean} is taken; nothing has been started
     * @throws ShuttingDownException if the JVM is already exiting, or if its group of services was stopped before; nothing has
     *     been started
     */
    public void start() {
        synchronized (lock) {
            if (started) {
                throw new IllegalStateException("this coordinator was started before; a coordinator starts once");
            }
            started = true;
        }
        try {
            lifecycle.installHooks();
        } catch (RuntimeException | Error refused) {
            startMayFollow();
            throw refused;
        }
        if (attachments == null) {
            lifecycle.start();
        } else {
            startWith(attachments);
        }
    }

    private void startMayFollow() {
        synchronized (lock) {
            started = false;
        }
    }

    private void startWith(Attachments attachments) {
        try {
            attachments.attach(this);
        } catch (RuntimeException | Error refused) {
            lifecycle.abandon();
            startMayFollow();
            throw refused;
        }
        try {
            lifecycle.start();
        } catch (RuntimeException | Error refused) {
            attachments.detach();
            throw refused;
        }
    }

    /**
     * Starts the coordinator and blocks until the process exits. With {@link ShutdownCoordinatorBuilder#returnWhenDone()} or
     * {@link ShutdownCoordinatorBuilder#embedded()} it returns the report instead.
     *
     * @throws InterruptedException if the calling thread is interrupted; the coordinator continues to run
     */
    public ShutdownReport run() throws InterruptedException {
        start();
        return awaitEnd();
    }

    private ShutdownReport awaitEnd() throws InterruptedException {
        ShutdownReport report = await();
        lifecycle.awaitExit();
        return report;
    }

    /**
     * Like {@link #run()}, and runs the rest of the start-up: {@code startUp} is called once, on the calling thread, after the
     * signal handlers are installed and the services are starting. If it throws, the process shuts down with exit code 1 and
     * the reason {@link ShutdownReason.StartFailed}; all services and resources registered by then are stopped and released
     * in order.
     *
     * <p>A shutdown that is requested while {@code startUp} runs neither waits for it nor interrupts it; an exception that it
     * throws later is only logged. It has no time limit, and readiness does not depend on it. If the process is not ready
     * without something, start that in a {@linkplain io.github.shutdown4j.services.Service#startOnly service}. An
     * {@link InterruptedException} from {@code startUp} is a failure like any other.
     *
     * @throws IllegalStateException as {@link #start()}; {@code startUp} has not been called
     * @throws ShuttingDownException as {@link #start()}; {@code startUp} has not been called
     * @throws InterruptedException if the calling thread is interrupted after {@code startUp}; the coordinator continues to run
     */
    public ShutdownReport run(CheckedRunnable startUp) throws InterruptedException {
        Checks.notNull("startUp", startUp);
        List<String> warnings = PlanValidator.atStart(components);
        start();
        try {
            startUp.run();
            warnOfRegistered(warnings);
        } catch (Throwable failure) { // an interrupt as well: the wait for the report is another matter
            if (shutdown(new ShutdownReason.StartFailed(failure))) {
                LOG.error("the start-up failed", failure);
            } else {
                LOG.info("the start-up failed after the shutdown was requested", failure);
            }
        }
        return awaitEnd();
    }

    /** Logs what the resources of the start-up added to the warnings; a shutdown may be releasing them already. */
    private void warnOfRegistered(List<String> warned) {
        if (lifecycle.trigger().reason().isEmpty()) {
            PlanValidator.warnOfNew(components, warned);
        }
    }

    /**
     * Like {@link #run(CheckedRunnable)}, for a start-up that may return before it has completed, such as {@code
     * server::listen}: its result is awaited, and a failure of the result is a failure of the start-up. {@link AsyncAction}
     * lists the types of results that are awaited.
     */
    public ShutdownReport run(AsyncAction startUp) throws InterruptedException {
        return run((CheckedRunnable) startUp);
    }

    /** Calls {@link #shutdown(String)} with "the application". */
    public boolean shutdown() {
        return lifecycle.trigger().request(BY_APPLICATION);
    }

    /**
     * Requests the shutdown and returns at once. Can be called from any thread, including callbacks and services. Only if no
     * new thread can be created, the calling thread runs the shutdown. If there is no memory for the originator, the reason
     * is that of {@link #shutdown()}.
     *
     * @param requestedBy the originator of the request, for the log and the report; not blank
     * @return true for the first request, false if the shutdown was requested before
     */
    public boolean shutdown(String requestedBy) {
        ShutdownReason reason;
        try {
            reason = new ShutdownReason.Requested(requestedBy);
        } catch (OutOfMemoryError full) {
            reason = BY_APPLICATION;
        }
        return lifecycle.trigger().request(reason);
    }

    /** Requests the shutdown as {@link #shutdown(String)} does, with any reason. */
    public boolean shutdown(ShutdownReason reason) {
        return lifecycle.trigger().request(Checks.notNull("reason", reason));
    }

    /**
     * Stops accepting new work and keeps the process running: readiness turns false and guards are refused, while work in
     * flight and services continue. For deployments in which the last requests should finish before the shutdown is
     * requested. Cannot be undone.
     *
     * @param requestedBy the originator of the request, for the log; not blank
     * @return true for the first call, unless the shutdown came before it
     */
    public boolean quiet(String requestedBy) {
        return lifecycle.quiet(Checks.notBlank("requestedBy", requestedBy));
    }

    /**
     * Replaces the configuration in force, for example after a reload. This changes the limits of the phases, the
     * announcement, {@code force_delay_secs}, {@code force_on} and {@code grace_period_secs}. The log lists the changes, and
     * warns as at the start about settings that do not fit together.
     *
     * <p>Possible only before a shutdown is requested. Limits of existing resources and services do not change.
     *
     * @throws io.github.shutdown4j.config.ShutdownConfigException if it changes a setting that is fixed while the process
     *     runs, that is {@code force_quit}, {@code progress_interval_secs}, {@code resource_timeout_secs},
     *     {@code start_timeout_secs} or one of the watchdog; the exception names each, and nothing has changed
     * @throws ShuttingDownException if the shutdown has been requested
     */
    public void reconfigure(ShutdownConfig config) {
        lifecycle.reconfigure(Checks.notNull("config", config));
    }

    /**
     * Waits for the report of the shutdown, without a limit. All callers get the same report; after the shutdown it is
     * returned at once. Requests nothing.
     *
     * @throws InterruptedException if the calling thread is interrupted; the coordinator continues to run
     */
    public ShutdownReport await() throws InterruptedException {
        return lifecycle.awaitReport();
    }

    /**
     * Waits for the report as {@link #await()} does, for at most {@code timeout}; empty if there is none by then.
     *
     * @param timeout not negative; with zero the call returns at once
     * @throws InterruptedException as {@link #await()} does
     */
    public Optional<ShutdownReport> await(Duration timeout) throws InterruptedException {
        return lifecycle.awaitReport(Checks.notNegative("timeout", timeout));
    }

    /**
     * Waits until the process is ready for work: all services are ready.
     *
     * @param timeout not negative; with zero the call returns at once
     * @return false if the timeout has elapsed, or if before that {@link #start} has thrown, the process was made
     *     {@linkplain #quiet quiet} or a shutdown has started
     * @throws InterruptedException if the calling thread is interrupted; the start continues
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return lifecycle.awaitReady(Checks.notNegative("timeout", timeout));
    }

    /** Returns the trigger, which notifies its subscribers when a shutdown is requested. */
    public ShutdownTrigger trigger() {
        return lifecycle.trigger();
    }

    /** Returns the manager of the resources to release; register there what the application opens. */
    public ResourceManager resources() {
        return components.resources();
    }

    /** Returns the reloader, which handles SIGHUP while it has subscribers. A reload never stops the process. */
    public Reloader reloader() {
        return components.reloader();
    }

    /** Returns liveness and readiness, for an HTTP endpoint. Always the same object. */
    public ShutdownHealth health() {
        synchronized (lock) {
            ShutdownHealth made = health == null ? lifecycle.health() : health;
            health = made;
            return made;
        }
    }

    /**
     * Returns figures for a metrics library. Always the same object, so such a library may hold it by a weak reference.
     */
    public ShutdownMetrics metrics() {
        synchronized (lock) {
            ShutdownMetrics made = metrics == null ? lifecycle.metrics(health()) : metrics;
            metrics = made;
            return made;
        }
    }

    /** Returns the steps of a shutdown that would start now, in order and with their limits. */
    public ShutdownPlan plan() {
        return ShutdownPlan.of(components);
    }
}
