package io.github.shutdown4j;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Waits for a reason to end, then ends: announce, stop, drain, save, release, save once more, exit.
 *
 * <pre>{@code
 * var requests = ConnectionTracker.create("requests"); // handlers: requests.run(() -> handle(request))
 * ShutdownCoordinator.builder()
 *         .timeout(Duration.ofSeconds(30))
 *         .service("http", server::start, server::stop) // it answers until the requests in hand are finished
 *         .connections(requests)
 *         .resource(Resources.database("database", pool))
 *         .build()
 *         .run(); // ends with the process, and with the exit code of the report
 * }</pre>
 *
 * <p><b>Reasons.</b> A SIGTERM or SIGINT, a {@linkplain #shutdown call}, a failed service or
 * {@linkplain #run(CheckedRunnable) start-up}, an uncaught exception if
 * {@linkplain ShutdownCoordinatorBuilder#shutdownOnUncaughtException asked for}, {@link System#exit} called elsewhere, the end of the last
 * non-daemon thread. The first wins; there is one shutdown, whatever comes later.
 *
 * <p><b>Time.</b> One deadline, {@link ShutdownConfig#timeout()}, holds for everything between the request and the end
 * of the last phase; {@link #plan()} shows how it is divided. What is not finished when its time is up is left behind
 * and named in the report; it never costs a later phase its turn.
 *
 * <p><b>Exit code.</b> 0 if the reason is no failure and every step is done, else 1. If the JVM was already exiting, its
 * code stays. A second SIGINT at least one second after the request halts at once with 130 (what forces is
 * {@linkplain ShutdownConfig#forceOn() configurable}); when the shutdown and the JVM's hooks outlast the total timeout
 * plus the {@linkplain ShutdownConfig#forceDelay() force delay}, the JVM is halted with 124. With
 * {@link ShutdownConfig#forceQuit()} off nothing is ever halted.
 *
 * <p><b>Where it runs.</b> On a thread of its own while the JVM is fully alive: loggers work, other libraries' hooks
 * have not begun. Only when the JVM is already exiting does it run inside a JVM hook, beside all others.
 *
 * <p><b>One per process.</b> Signals have one owner: a second coordinator that wants them is refused while the first
 * has them. {@linkplain ShutdownCoordinatorBuilder#embedded() Embedded} coordinators take nothing of the process; there may be any number.
 *
 * <p><b>What it does not do.</b> It keeps no process alive: {@link #run()} does, by occupying its caller, and so do the
 * services. It cannot act on SIGKILL, a crash or a power cut; periodic checkpoints are for those.
 */
public final class ShutdownCoordinator {

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    private final CoordinatorComponents components;
    private final CoordinatorLifecycle lifecycle;
    private final List<Attachment> attachments;
    private final AtomicBoolean started = new AtomicBoolean();

    /** Guards the two below, each made when first asked for. */
    private final Object views = new Object();

    private @Nullable ShutdownHealth health;
    private @Nullable ShutdownMetrics metrics;

    ShutdownCoordinator(CoordinatorComponents components, List<Attachment> attachments) {
        this.attachments = attachments;
        this.components = components;
        this.lifecycle = new CoordinatorLifecycle(components, ShutdownLog.written());
    }

    /** Begins a coordinator; everything in it is optional. */
    public static ShutdownCoordinatorBuilder builder() {
        return new ShutdownCoordinatorBuilder();
    }

    /**
     * Takes signals and hook, then starts the services and returns; {@link #awaitReady} waits for them. Can be called
     * once. A shutdown that is requested meanwhile, even before, is carried out.
     *
     * @throws IllegalStateException if it was started before, or another coordinator owns the signals; nothing has been
     *     started then
     * @throws ShuttingDownException if the JVM is already exiting; nothing has been started then
     */
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("this coordinator was started before; a coordinator starts once");
        }
        try {
            lifecycle.installHooks();
        } catch (RuntimeException | Error refused) {
            started.set(false);
            throw refused;
        }
        if (attachments.isEmpty()) {
            lifecycle.start();
        } else {
            startAttached();
        }
    }

    private void startAttached() {
        try {
            for (Attachment attachment : attachments) {
                attachment.attach(this);
            }
        } catch (RuntimeException | Error refused) {
            attachments.forEach(Attachment::detach);
            lifecycle.abandon();
            started.set(false);
            throw refused;
        }
        try {
            lifecycle.start();
        } catch (RuntimeException | Error refused) {
            attachments.forEach(Attachment::detach);
            throw refused;
        }
    }

    /**
     * Starts, then stays until the process exits; with {@linkplain ShutdownCoordinatorBuilder#returnWhenDone()} or
     * {@linkplain ShutdownCoordinatorBuilder#embedded()} it returns the report instead.
     *
     * @throws InterruptedException if the calling thread is interrupted; the coordinator goes on
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
     * As {@link #run()}, with the rest of the start-up: {@code startUp} is called once, on this thread, when signals are
     * handled and the services have been told to start. What it throws ends the process with exit code 1 and the reason
     * {@link ShutdownReason.StartFailed}, and all services and resources that are registered by then are stopped and
     * released in order.
     *
     * <p>A shutdown that is requested meanwhile does not wait for {@code startUp}, and does not interrupt it; what it
     * throws then is logged and changes nothing. There is no limit of time, and readiness does not wait for it: what has
     * to be there before the process is ready is a {@linkplain io.github.shutdown4j.services.Service#startOnly service}.
     * An {@link InterruptedException} that it throws is a failure as any other.
     *
     * @throws IllegalStateException as {@link #start()} does; {@code startUp} has not been called then
     * @throws ShuttingDownException as {@link #start()} does; {@code startUp} has not been called then
     * @throws InterruptedException if the calling thread is interrupted after it; the coordinator goes on
     */
    public ShutdownReport run(CheckedRunnable startUp) throws InterruptedException {
        Checks.notNull("startUp", startUp);
        start();
        try {
            startUp.run();
        } catch (Throwable failure) { // an interrupt as well: the wait for the report is another matter
            if (shutdown(new ShutdownReason.StartFailed(failure))) {
                LOG.error("the start-up failed", failure);
            } else {
                LOG.info("the start-up failed after the shutdown was requested", failure);
            }
        }
        return awaitEnd();
    }

    /** As {@link #shutdown(String)}, where there is only one who can ask: "the application". */
    public boolean shutdown() {
        return shutdown("the application");
    }

    /**
     * Requests the shutdown, from any thread, a callback or a service included, and returns at once. Only where the
     * process can have no more threads, the caller's carries the shutdown out.
     *
     * @param requestedBy who requests it, for the log and the report
     * @return true for the first request, false if the shutdown was requested before
     */
    public boolean shutdown(String requestedBy) {
        return shutdown(new ShutdownReason.Requested(requestedBy));
    }

    /** As {@link #shutdown(String)}, with any reason. */
    public boolean shutdown(ShutdownReason reason) {
        return lifecycle.trigger().request(Checks.notNull("reason", reason));
    }

    /**
     * Takes no new work from now on, and stays: readiness is false, guards are refused, the work in hand and the
     * services go on. For a deployment that wants its last requests finished before it asks for the end. There is no
     * way back but the end.
     *
     * @param requestedBy who requests it, for the log
     * @return true for the first call, unless the shutdown came before it
     */
    public boolean quiet(String requestedBy) {
        return lifecycle.quiet(Checks.notBlank("requestedBy", requestedBy));
    }

    /**
     * Puts another configuration in force, as a whole, such as one that a reload has read. The limits of the phases, the
     * announcement, {@code force_delay_secs}, {@code force_on} and {@code grace_period_secs} change; the log says what
     * has changed, and warns as at the start if it does not fit together.
     *
     * <p>Before the shutdown is requested only. The limits of resources and services that are there already stay.
     *
     * @throws io.github.shutdown4j.config.ShutdownConfigException if it changes what cannot change while the process runs;
     *     nothing has changed then, and the exception names each: {@code force_quit}, {@code progress_interval_secs},
     *     {@code resource_timeout_secs}, {@code start_timeout_secs} and those of the watchdog
     * @throws ShuttingDownException if the shutdown has been requested
     */
    public void reconfigure(ShutdownConfig config) {
        lifecycle.reconfigure(Checks.notNull("config", config));
    }

    /** Waits for the report of the shutdown; late callers get it at once, and all get the same. */
    public ShutdownReport await() throws InterruptedException {
        return lifecycle.awaitReport();
    }

    /** As {@link #await()}, but not longer than {@code timeout}; empty when that is over. */
    public Optional<ShutdownReport> await(Duration timeout) throws InterruptedException {
        return lifecycle.awaitReport(Checks.notNegative("timeout", timeout));
    }

    /**
     * Waits until all services are ready.
     *
     * @param timeout not negative; zero only looks
     * @return false if the time is over or the shutdown began first
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return lifecycle.awaitReady(Checks.notNegative("timeout", timeout));
    }

    /** What is told of the request to any number of subscribers. */
    public ShutdownTrigger trigger() {
        return lifecycle.trigger();
    }

    /** The resources that will be released; register what the application opens. */
    public ResourceManager resources() {
        return components.resources();
    }

    /** Hears SIGHUP while somebody has subscribed, and never stops anything. */
    public Reloader reloader() {
        return components.reloader();
    }

    /** Liveness and readiness, for an HTTP endpoint. Always the same object. */
    public ShutdownHealth health() {
        synchronized (views) {
            ShutdownHealth made = health == null ? lifecycle.health() : health;
            health = made;
            return made;
        }
    }

    /** Numbers for a metrics library. Always the same object, which such a library may keep by a weak reference. */
    public ShutdownMetrics metrics() {
        synchronized (views) {
            ShutdownMetrics made = metrics == null ? lifecycle.metrics(health()) : metrics;
            metrics = made;
            return made;
        }
    }

    /** What a shutdown now would do, in which order and within which limits. */
    public ShutdownPlan plan() {
        return ShutdownPlan.of(components);
    }
}
