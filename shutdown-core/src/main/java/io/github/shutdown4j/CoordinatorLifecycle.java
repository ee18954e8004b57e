package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.Readiness.State;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.services.ServiceGroupListener;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * The lifecycle of one coordinator: installs the process hooks, starts the components, runs the shutdown sequence once, and
 * exits or returns.
 *
 * <p>{@link #start} runs once, on the caller's thread. {@link #begin} runs once, on the thread that makes the request, or at
 * the end of the start if the request came first. {@link #run} is the sequence's own thread and the only one that publishes
 * the report. Signal threads and the JVM's hook only request, wait or force.
 */
final class CoordinatorLifecycle implements ServiceGroupListener, Consumer<ShutdownReason>, Runnable {

    private final CoordinatorComponents components;
    private final ShutdownLog log;
    private final Ticker ticker;
    private final ShutdownTrigger trigger;
    private final ListenerDispatcher listeners;
    private final PhaseProgressMonitor progress;
    private final HaltTimer halt;
    private final SignalPolicy signalPolicy;
    private final JvmExitHook exitHook;
    private final CoordinatorStart starting;
    private final Readiness readiness;
    private final ClassPreloader preloader;
    private final ExitMonitor exitMonitor;
    private final ShutdownConclusion conclusion;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final CountDownLatch exited = new CountDownLatch(1);
    private volatile boolean started;
    private boolean begun; // guarded by this
    private volatile @Nullable ProcessHooks hooks;
    private volatile @Nullable ShutdownReport report;

    CoordinatorLifecycle(CoordinatorComponents components, ShutdownLog log) {
        this.components = components;
        this.log = log;
        this.ticker = components.ticker();
        this.trigger = ShutdownTrigger.create(this);
        this.listeners = new ListenerDispatcher(components.listeners(), ticker);
        this.progress = new PhaseProgressMonitor(ticker, components.config().progressInterval(), listeners);
        this.exitMonitor = new ExitMonitor(ticker);
        this.halt = new HaltTimer(
                ticker, components.exit(), new HaltReport(components, finished, exitMonitor, progress, log));
        this.signalPolicy = new SignalPolicy(components.liveConfig(), trigger, halt, progress, log, ticker);
        this.exitHook = new JvmExitHook(components, trigger, finished, exitMonitor, progress, log);
        this.starting = new CoordinatorStart(components.liveConfig(), trigger, halt, signalPolicy, progress, ticker);
        this.readiness = new Readiness(ticker);
        this.preloader = new ClassPreloader(components, listeners);
        this.conclusion = new ShutdownConclusion(progress, log, components.reloader(), listeners);
    }

    ShutdownTrigger trigger() {
        return trigger;
    }

    /** Installs the signal handlers and the JVM hook. If it throws, nothing is installed. */
    void installHooks() {
        if (components.exitMode() == ExitMode.EMBEDDED) {
            return;
        }
        starting.begins();
        try {
            hooks = ProcessHooks.install(components.exit(), signalPolicy, exitHook);
        } catch (RuntimeException | Error refused) {
            abandon();
            throw refused;
        }
    }

    void start() {
        ProcessHooks installed = hooks;
        try {
            if (installed != null) {
                components.reloader().listenForSighup();
                if (components.watchUncaught()) {
                    installed.forwardUncaught(
                            (thread, failure) -> trigger.request(ProcessHooks.reasonOf(thread, failure)));
                }
            }
            startComponents();
        } catch (RuntimeException | Error failure) {
            readiness.moveTo(State.ENDING); // other code may have started the services
            components.checkpoints().forEach(Checkpoint::abandon);
            restoreProcess();
            throw failure;
        }
    }

    private void startComponents() {
        PlanValidator.warn(components);
        if (!listeners.isEmpty()) {
            components.reloader().addListener(listeners);
        }
        components.services().addListener(this);
        preloader.announce();
        startServices(); // the following steps must not fail
        components.startCheckpoints();
        starting.ends();
        started = true;
        beginIfStarted();
        preloader.start();
    }

    private void startServices() {
        if (trigger.isRequested()) {
            return;
        }
        try {
            components.services().start(components.config().startTimeout());
        } catch (ShuttingDownException stopped) {
            if (!trigger.isRequested()) { // by other code, before the start
                throw stopped;
            }
            ShutdownLog.LOGGER.info("requested before the services were started");
        }
    }

    /** Removes the signal handlers, the JVM hook and the halt timer; nothing has been started, and a start may follow. */
    void abandon() {
        starting.ends();
        ProcessHooks installed = hooks;
        if (installed != null) {
            installed.close();
        }
        halt.cancel();
    }

    /** Replaces the configuration in force, unless a shutdown has been requested. */
    void reconfigure(ShutdownConfig config) {
        if (trigger.isRequested()) {
            components.liveConfig().fix();
        }
        components.reconfigure(config);
    }

    /** Refuses new work from now on; everything else continues. */
    boolean quiet(String requestedBy) {
        boolean first = !trigger.isRequested() && readiness.moveTo(State.QUIET);
        components.trackers().forEach(ConnectionTracker::close);
        if (first) {
            ShutdownLog.LOGGER.info(
                    "quiet, requested by {}: new work is refused, the process keeps running", requestedBy);
        }
        return first;
    }

    @Override
    public void accept(ShutdownReason reason) {
        while (true) {
            try {
                starting.requested();
                beginIfStarted();
                return;
            } catch (OutOfMemoryError again) { // nobody can request it once more
                halt.requestedWithoutMemory(components.liveConfig());
                Ticker.pause();
            }
        }
    }

    /** Called at the request and after the start; the later of the two calls starts the sequence. */
    private void beginIfStarted() {
        Optional<ShutdownReason> reason = trigger.reason();
        synchronized (this) {
            if (begun || !started || reason.isEmpty()) {
                return;
            }
            begun = true;
        }
        begin(reason.get());
    }

    private void begin(ShutdownReason reason) {
        try { // before anything that needs a thread
            signalPolicy.requested();
        } catch (RuntimeException | Error failure) {
            ShutdownLog.internalError(failure);
        }
        halt.armFor(components.liveConfig());
        announce(reason); // here, so that nothing waits until the new thread runs
        try {
            NamedThreads.nonDaemon("sequence", this).start();
        } catch (OutOfMemoryError noThread) {
            try {
                ShutdownLog.LOGGER.warn("cannot create a thread, running on the one that made the request", noThread);
                trigger.notifySubscribers(); // the request does not return until the end
            } finally {
                run();
            }
        }
    }

    /** Runs the same code here, with private components, so that the JVM need not link it later. */
    void rehearse(ShutdownReason reason) {
        trigger.request(reason);
        announce(reason);
        run();
    }

    /** Ends the readiness and notifies the listeners. The shutdown runs even if this fails. */
    private void announce(ShutdownReason reason) {
        try {
            components.reloader().stop();
            listeners.onShutdown(reason, readiness);
        } catch (RuntimeException | Error failure) {
            ShutdownLog.internalError(failure);
        }
    }

    @Override
    public void run() { // the shutdown, to its end
        Jfr.Span span = prepare();
        ShutdownReport result = runSequence();
        report = result;
        conclusion.run(span, result);
        exitOrReturn(result);
    }

    private Jfr.Span prepare() {
        halt.armFor(components.liveConfig());
        try {
            progress.start();
            return Jfr.shutdown(trigger.reason().orElseThrow().text());
        } catch (RuntimeException | Error failure) {
            ShutdownLog.internalError(failure);
            return Jfr.Span.NONE;
        }
    }

    /** Guarantees a report, even if the sequence fails; one that fails before its first phase begins again. */
    private ShutdownReport runSequence() {
        ShutdownSequence sequence = null;
        Instant requestedAt = null;
        for (int failures = 0; ; ) {
            try {
                ShutdownReason reason = trigger.reason().orElseThrow();
                requestedAt = requestedAt == null ? ticker.now() : requestedAt;
                if (sequence != null && (failures > 1 || sequence.hasBegun())) {
                    return sequence.brokenReport(reason, requestedAt, exitHook);
                }
                sequence = new ShutdownSequence(components, log, progress, listeners, readiness);
                Deadline end = Deadline.after(ticker, components.config().timeout());
                return sequence.run(reason, requestedAt, end, exitHook);
            } catch (RuntimeException | Error failure) {
                ShutdownLog.internalError(failure);
                halt.armFor(components.liveConfig()); // if there was too little memory for that
                failures += failure instanceof VirtualMachineError ? 0 : 1;
                Ticker.pause(); // there may be too little memory, until the process is halted
            }
        }
    }

    private void exitOrReturn(ShutdownReport result) {
        try {
            if (components.exitMode() != ExitMode.EXIT) {
                restoreProcess();
            }
        } finally {
            finished.countDown();
        }
        if (components.exitMode() == ExitMode.EXIT && !exitHook.isJvmExiting()) {
            exitMonitor.exit(
                    components.exit(), result.exitCode(), components.config().progressInterval());
            restoreProcess(); // reached only where a test replaces the exit, or a security manager forbids it
            exited.countDown();
        }
    }

    private void restoreProcess() {
        preloader.end();
        components.reloader().close();
        abandon();
    }

    @Override
    public void onWaiting(List<String> notReady) {
        if (!listeners.isEmpty()) {
            readiness.whileStarting(listeners.notification(new ListenerEvent.Waiting(notReady)));
        }
    }

    @Override
    public void onReady() {
        if (listeners.isEmpty()) {
            readiness.servicesReady();
        } else {
            readiness.servicesReady(listeners.readyNotification(components.lastRunUnclean()));
        }
        preloader.begin();
    }

    @Override
    public void onShutdownRequested(ShutdownReason reason) {
        var unused = readiness.state() != State.ENDING && trigger.request(reason); // unless the start has failed
    }

    ShutdownReport awaitReport() throws InterruptedException {
        finished.await();
        return Objects.requireNonNull(report); // published before
    }

    Optional<ShutdownReport> awaitReport(Duration timeout) throws InterruptedException {
        boolean over = finished.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        return over ? Optional.ofNullable(report) : Optional.empty();
    }

    /** Returns only if the coordinator was built to return. */
    void awaitExit() throws InterruptedException {
        if (components.exitMode() == ExitMode.EXIT) {
            exited.await();
        }
    }

    boolean awaitReady(Duration timeout) throws InterruptedException {
        return readiness.await(timeout);
    }

    ShutdownHealth health() {
        return new ShutdownHealth(readiness, trigger, components.services(), progress, components::lastRunUnclean);
    }

    ShutdownMetrics metrics(ShutdownHealth health) {
        return new ShutdownMetrics(components.trackers(), health, progress, () -> Optional.ofNullable(report));
    }
}
