package io.github.shutdown4j;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.github.shutdown4j.CoordinatorComponents.Ending;
import io.github.shutdown4j.Readiness.State;
import io.github.shutdown4j.checkpoint.Checkpoint;
import io.github.shutdown4j.checkpoint.CheckpointException;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.SafeLog;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * The one life of a coordinator: takes what it needs of the process, lets the one sequence begin at the one reason, and
 * goes the way out.
 *
 * <p>Who may do what: {@link #start} runs once, on the caller's thread. {@link #begin} is called once, by the trigger.
 * {@link #walk} is the sequence's own thread and the only one that publishes the report. Signal handler threads and the
 * JVM's hook only request, wait or force.
 */
final class CoordinatorLifecycle {

    /** A repeated signal within this time of the request is the same Ctrl-C, delivered twice. */
    static final Duration SAME_SIGNAL = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ShutdownCoordinator.class);

    private final CoordinatorComponents parts;
    private final boolean rehearsal;
    private final ShutdownTrigger trigger;
    private final Ticker ticker;
    private final List<ListenerDispatcher> listeners = new ArrayList<>();
    private final CoordinatorEars ears = new CoordinatorEars(this);
    private final PhaseProgressMonitor watch;
    private final HaltTimer forced;
    private final Readiness readiness;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final ClassPreloader warmUp;
    private final CountDownLatch exited = new CountDownLatch(1);
    private final ExitMonitor witness;
    private volatile @Nullable ProcessHooks hold;
    private volatile @Nullable Deadline sameSignalUntil;
    private volatile @Nullable ShutdownReport report;
    private volatile boolean started;
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean jvmExiting;

    /** A run of which the log hears, unless it is a {@code rehearsal}. */
    CoordinatorLifecycle(CoordinatorComponents parts, boolean rehearsal) {
        this.parts = parts;
        this.rehearsal = rehearsal;
        this.trigger = new ShutdownTrigger(reason -> beginIfStarted());
        this.ticker = parts.ticker();
        for (ShutdownListener listener : parts.listeners()) {
            listeners.add(new ListenerDispatcher(listener, ticker));
        }
        this.watch = new PhaseProgressMonitor(ticker, parts.config().progressInterval(), ears);
        this.forced = new HaltTimer(ticker, parts.exit(), ears);
        this.readiness = new Readiness(ticker);
        this.warmUp = new ClassPreloader(!parts.checkpoints().isEmpty(), !listeners.isEmpty());
        this.witness = new ExitMonitor(ticker);
    }

    ShutdownTrigger trigger() {
        return trigger;
    }

    /** Takes what it needs of the process, or throws and has taken nothing. */
    void take() {
        if (parts.ending() != Ending.EMBEDDED) {
            hold = ProcessHooks.take(parts.exit(), ears, ears);
        }
    }

    void start() {
        ProcessHooks taken = hold;
        try {
            if (taken != null) {
                startForce();
                parts.reloader().listenForSighup();
                if (parts.watchUncaught()) {
                    taken.watchUncaught((thread, failure) ->
                            trigger.request(new ShutdownReason.UncaughtException(thread.getName(), failure)));
                }
            }
            startWork();
        } catch (RuntimeException | Error failure) {
            parts.checkpoints().forEach(Checkpoint::abandon);
            giveBack();
            throw failure;
        }
    }

    private void startForce() {
        if (parts.config().forceQuit()) {
            forced.start();
        }
    }

    private void startWork() {
        for (String warning : PlanValidator.of(parts)) {
            log.warn("Shutdown plan: {}", warning);
        }
        parts.reloader().addListener(ears);
        parts.services().addListener(ears);
        startServices(); // the last that may be refused
        for (Checkpoint<?> checkpoint : parts.checkpoints()) {
            start(checkpoint);
        }
        started = true;
        beginIfStarted();
        warmUp.start();
    }

    private static void start(Checkpoint<?> checkpoint) {
        try {
            checkpoint.start();
        } catch (CheckpointException closed) {
            log.warn("Shutdown: checkpoint '{}' cannot start", checkpoint.name(), closed);
        }
    }

    private void startServices() {
        if (trigger.isRequested()) {
            return;
        }
        try {
            parts.services().start(parts.config().startTimeout());
        } catch (ShuttingDownException overtaken) {
            log.info("Shutdown: requested before the services were started");
        }
    }

    /** Refuses new work from now on; everything else goes on. */
    boolean quiet(String by) {
        boolean first = readiness.moveTo(State.QUIET, () -> {});
        parts.trackers().forEach(ConnectionTracker::close);
        if (first) {
            log.info("Shutdown: quiet, requested by {}: no new work is taken, the process stays", by);
        }
        return first;
    }

    /** Called at the request and after the start: whichever comes second begins the sequence, once. */
    private void beginIfStarted() {
        Optional<ShutdownReason> reason = trigger.reason();
        if (started && reason.isPresent() && begun.compareAndSet(false, true)) {
            begin(reason.get());
        }
    }

    private void begin(ShutdownReason reason) {
        sameSignalUntil = Deadline.after(ticker, SAME_SIGNAL);
        try {
            NamedThreads.keepingAlive("sequence", () -> walk(reason)).start();
        } catch (OutOfMemoryError noThread) {
            SafeLog.say(() ->
                    log.warn("Shutdown: no thread to be had, running on the one that brought the reason", noThread));
            walk(reason);
        }
    }

    /** Goes the whole way once, on this thread; for a rehearsal with parts of which nobody knows. */
    void rehearse(ShutdownReason reason) {
        trigger.request(reason);
        walk(reason);
    }

    private void walk(ShutdownReason reason) {
        Instant requestedAt = Instant.now();
        Duration timeout = parts.config().timeout();
        Deadline deadline = Deadline.after(ticker, timeout);
        forced.arm(timeout.plus(parts.config().forceDelay()));
        parts.reloader().stop();
        readiness.moveTo(State.ENDING, () -> tellListeners(listener -> listener.onShutdown(reason)));
        watch.start();
        Jfr.Span span = Jfr.shutdown(reason.text());
        ShutdownReport result = runSequence(reason, requestedAt, deadline);
        span.end(result.outcome().name(), "", result.processExitCode().orElse(-1));
        watch.close();
        report = result;
        tellListeners(listener -> listener.onFinished(result));
        awaitListeners();
        ShutdownLog.awaitSaid(HaltTimer.LAST_WORDS);
        leave(result);
    }

    /** Whatever breaks in it, there is a report, and the process ends. */
    private ShutdownReport runSequence(ShutdownReason reason, Instant requestedAt, Deadline deadline) {
        ShutdownLog said = rehearsal ? ShutdownLog.silent() : ShutdownLog.spoken();
        ShutdownSequence sequence = new ShutdownSequence(parts, said, watch, this::tellListeners);
        long start = ticker.nanoTime();
        try {
            return sequence.run(reason, requestedAt, deadline, () -> jvmExiting);
        } catch (Throwable broken) {
            SafeLog.say(() -> log.error("Shutdown: broke, ending", broken));
            return new ShutdownReport(reason, requestedAt, ticker.since(start), 1, jvmExiting, sequence.reports());
        }
    }

    private void leave(ShutdownReport result) {
        if (parts.ending() != Ending.EXIT) {
            giveBack();
        }
        finished.countDown();
        if (parts.ending() == Ending.EXIT && !jvmExiting) {
            witness.beforeExit(parts.config().progressInterval());
            parts.exit().exit(result.exitCode());
            giveBack(); // only where the exit is a test's
            witness.exitReturned();
            exited.countDown();
        }
    }

    private void giveBack() {
        ProcessHooks taken = hold;
        if (taken != null) {
            taken.close();
        }
        parts.reloader().close();
        forced.cancel();
    }

    /** Called for every delivery, on the JVM's handler thread. */
    void onSignal(ShutdownSignal signal) {
        if (trigger.request(new ShutdownReason.Signalled(signal))) {
            Jfr.signal(signal.toString(), "begins the shutdown");
            return;
        }
        Deadline same = sameSignalUntil;
        boolean insists =
                same != null && same.isExpired() && parts.config().forceOn().includes(signal);
        if (!insists) {
            Jfr.signal(signal.toString(), "changes nothing, already under way");
            log.info("Shutdown: {} again, already under way", signal);
        } else if (parts.config().forceQuit()) {
            Jfr.signal(signal.toString(), "halts the process");
            forced.force("a second " + signal, signal.exitCode());
        } else {
            Jfr.signal(signal.toString(), "changes nothing, force_quit is off");
            log.warn("Shutdown: {} again, but force_quit is off; unfinished:{}", signal, watch.describeUnfinished());
        }
    }

    /**
     * The JVM's hook: the sequence runs on its own thread as always, and the JVM waits here for its end. Neither exits
     * nor waits for whoever called exit.
     */
    void onJvmExit() {
        jvmExiting = true;
        if (finished.getCount() == 0) {
            return;
        }
        witness.duringExit();
        parts.services().jvmExiting();
        parts.resources().jvmExiting();
        trigger.request(new ShutdownReason.JvmExiting());
        Duration most =
                parts.config().timeout().plus(ListenerDispatcher.PATIENCE).plus(SAME_SIGNAL);
        try {
            if (!finished.await(TimeUnit.NANOSECONDS.convert(most), TimeUnit.NANOSECONDS)) {
                String unfinished = watch.describeUnfinished();
                String text = "Shutdown: the JVM exits without waiting longer; unfinished:{}";
                ShutdownLog.spoken().say(Level.WARN, text, unfinished);
                ShutdownLog.awaitSaid(HaltTimer.LAST_WORDS);
            }
        } catch (InterruptedException exitNow) {
            Thread.currentThread().interrupt();
        }
    }

    /** Neither a logger that blocks nor a disk that hangs keeps the other from its turn. */
    void sayLastWords(String why, int code) {
        String unfinished = finished.getCount() == 0 ? witness.describeHooks() : watch.describeUnfinished();
        String text = "Shutdown: halting with exit code {}, because of {}; unfinished:{}";
        ShutdownLog.spoken().say(Level.ERROR, text, code, why, unfinished);
        parts.checkpoints().forEach(Checkpoint::markForced);
        ShutdownLog.awaitSaid(HaltTimer.LAST_WORDS);
        System.out.flush();
        System.err.flush();
    }

    void tellListeners(Consumer<ShutdownListener> event) {
        for (ListenerDispatcher listener : listeners) {
            listener.tell(event);
        }
    }

    /** The start waits for these services. */
    void onWaiting(List<String> names) {
        if (!listeners.isEmpty()) {
            readiness.whileStarting(() -> tellListeners(listener -> listener.onWaiting(names)));
        }
    }

    /** All services are ready. */
    void onReady() {
        if (listeners.isEmpty()) {
            readiness.moveTo(State.READY);
        } else {
            readiness.moveTo(State.READY, () -> tellListeners(ShutdownListener::onReady));
        }
        warmUp.begin();
    }

    private void awaitListeners() {
        Deadline patience = Deadline.after(ticker, ListenerDispatcher.PATIENCE);
        for (ListenerDispatcher listener : listeners) {
            if (!listener.isTold(patience)) {
                String text = "Shutdown: {} has not taken the report in time, going on without it";
                ShutdownLog.spoken().say(Level.WARN, text, listener);
            }
        }
    }

    ShutdownReport awaitReport() throws InterruptedException {
        finished.await();
        return publishedReport();
    }

    Optional<ShutdownReport> awaitReport(Duration timeout) throws InterruptedException {
        boolean over = finished.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        return over ? Optional.of(publishedReport()) : Optional.empty();
    }

    private ShutdownReport publishedReport() {
        ShutdownReport published = report;
        if (published == null) {
            throw new IllegalStateException("finished without a report");
        }
        return published;
    }

    /** Returns at once unless the process is about to exit; then it does not return. */
    void awaitExit() throws InterruptedException {
        if (parts.ending() == Ending.EXIT) {
            exited.await();
        }
    }

    boolean awaitReady(Duration timeout) throws InterruptedException {
        return readiness.await(timeout);
    }

    ShutdownHealth health() {
        return new ShutdownHealth(readiness, trigger, parts.services(), watch);
    }

    ShutdownMetrics metrics(ShutdownHealth health) {
        return new ShutdownMetrics(parts.trackers(), health, watch, () -> Optional.ofNullable(report));
    }
}
