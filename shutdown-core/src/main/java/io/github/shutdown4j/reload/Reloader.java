package io.github.shutdown4j.reload;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.CallbackExecutor;
import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.internal.SignalRegistration;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShuttingDownException;
import io.github.shutdown4j.trigger.Subscription;

/**
 * Notifies subscribers to reload their configuration, on request or, while a coordinator with signals is running, on
 * SIGHUP. A reload stops nothing, and a failing subscriber never causes a shutdown.
 *
 * <pre>{@code
 * Reloader reloader = coordinator.reloader();
 * reloader.subscribe("certificates", () -> certificates.load(Path.of("/etc/shop/tls.pem")));
 * reloader.subscribe("limits", () -> coordinator.reconfigure(ShutdownConfig.load(Path.of("shop.toml"))));
 * }</pre>
 *
 * <p>Subscribers are called one after another in the order of subscription, each on a separate thread. A failure is
 * reported and the next subscriber is called. A subscriber that exceeds the limit (30 s by default) is interrupted,
 * abandoned and reported; later reloads skip it while it is still running.
 *
 * <p>One reload runs at a time. All requests that arrive during a reload are served together by exactly one further
 * reload, so that the last change is always applied.
 *
 * <p>SIGHUP is handled only while there is at least one subscriber. <strong>Without subscribers the default of the JVM
 * applies: SIGHUP ends the process</strong> with exit code 129. Windows has no SIGHUP. Under {@code nohup} it stays
 * ignored. Once the shutdown has begun, SIGHUP has no effect, with subscribers and without.
 */
public final class Reloader implements AutoCloseable, UnfinishedWork.Source {

    static final ComponentLogger LOG = new ComponentLogger(Reloader.class, "reload");
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

    private final Ticker ticker;
    private final Duration timeout;
    private final CallbackExecutor callbacks;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    // 1. At most one reload runs; at most one more is requested.
    // 2. Once stopping, no reload begins.
    // 3. The handler is installed only while listening and, until stopping, only while there are subscribers.
    private final Map<String, ReloadSubscriber> subscribers = new LinkedHashMap<>();
    private @Nullable ReloadRequest running;
    private @Nullable ReloadRequest next;
    private boolean listening;
    private boolean stopping;
    private final SighupHandler sighup;
    private final List<ReloadListener> listeners = new CopyOnWriteArrayList<>();

    Reloader(Duration timeout, Ticker ticker, ProcessSignals signals) {
        this.ticker = ticker;
        this.timeout = Checks.positive("timeout", timeout);
        this.sighup = new SighupHandler(signals, this);
        this.callbacks = new CallbackExecutor("reload", LOG, ticker);
    }

    /** Returns a reloader with a limit of 30 s for each subscriber. */
    public static Reloader create() {
        return withTimeout(DEFAULT_LIMIT);
    }

    /** Returns a reloader with this limit for each subscriber, positive. */
    public static Reloader withTimeout(Duration timeout) {
        return new Reloader(timeout, Ticker.current(), ProcessSignals.system());
    }

    /**
     * Subscribes {@code onReload} to all reloads from the next one on. It is interrupted when it exceeds the limit.
     *
     * @param name the name in reports and logs
     * @return the subscription; closing it ends the calls, including those of a running reload that has not reached it
     *     yet
     * @throws IllegalArgumentException if {@code name} is blank, or in use by an open subscription
     * @throws ShuttingDownException if the shutdown has begun
     */
    public Subscription subscribe(String name, CheckedRunnable onReload) {
        Checks.notBlank("name", name);
        PreloadList.use("reload");
        ReloadSubscriber subscriber = new ReloadSubscriber(name, Checks.notNull("onReload", onReload), ticker);
        Optional<SignalRegistration> registration;
        lock.lock();
        try {
            if (stopping) {
                throw new ShuttingDownException("reload subscriber '" + name + "' is refused, the shutdown has begun");
            }
            if (subscribers.putIfAbsent(name, subscriber) != null) {
                throw new IllegalArgumentException(
                        "name must be free, but there is already a reload subscriber '" + name + "'");
            }
            registration = installOrRestore();
        } finally {
            lock.unlock();
        }
        SighupHandler.logUnlessInstalled(registration);
        return () -> unsubscribe(subscriber);
    }

    /** The same for an asynchronous subscriber; the reload waits until its result has completed. */
    public Subscription subscribe(String name, AsyncAction onReload) {
        return subscribe(name, (CheckedRunnable) onReload);
    }

    /**
     * Requests a reload and returns immediately. A subscriber must not wait for the result within its call: that reload
     * starts after the current one.
     *
     * @param requestedBy who requests the reload, for the report
     * @return the report of a reload that starts after this call, a stage for each call, completed on a daemon thread; fails
     *     with {@link ShuttingDownException} if no reload starts any more, or with what keeps it from having a thread
     * @throws IllegalArgumentException if {@code requestedBy} is blank
     */
    public CompletionStage<ReloadReport> reload(String requestedBy) {
        Checks.notBlank("requestedBy", requestedBy);
        ReloadRequest request;
        CompletableFuture<ReloadReport> answer;
        boolean idle;
        lock.lock();
        try {
            if (stopping) {
                return CompletableFuture.failedFuture(refusal(requestedBy));
            }
            idle = running == null;
            request = idle || next == null ? new ReloadRequest(requestedBy) : next;
            answer = request.join();
            if (idle) {
                running = request;
            } else {
                next = request;
            }
        } finally {
            lock.unlock();
        }
        if (idle) {
            start(request);
        }
        return answer;
    }

    /**
     * Handles SIGHUP as a reload request from now on, while there are subscribers. Repeated calls have no effect. A
     * coordinator that is not embedded calls this for its reloader.
     */
    public void listenForSighup() {
        Optional<SignalRegistration> registration;
        lock.lock();
        try {
            listening = true;
            registration = installOrRestore();
        } finally {
            lock.unlock();
        }
        SighupHandler.logUnlessInstalled(registration);
    }

    /** Adds a listener for all reloads that start from now on. */
    public void addListener(ReloadListener listener) {
        listeners.add(Checks.notNull("listener", listener));
    }

    /**
     * Stops the reloader: further requests are refused, and a running reload ends after its current subscriber. If it
     * {@linkplain #listenForSighup listens}, SIGHUP has no effect until {@link #close}, so that the end of a terminal does not
     * decide the exit code of a shutdown that has begun. A coordinator calls this when a shutdown begins.
     */
    public void stop() {
        ReloadRequest dropped;
        lock.lock();
        try {
            stopping = true;
            dropped = next;
            next = null;
            keepSighupFromExiting();
        } finally {
            lock.unlock();
        }
        if (dropped != null) {
            dropped.fail(callbacks, refusal(dropped.requestedBy()));
        }
    }

    /** Stops the reloader and restores the previous handler of SIGHUP. Repeated calls have no effect. */
    @Override
    public void close() {
        stop();
        Optional<SignalRegistration> restored;
        lock.lock();
        try {
            listening = false;
            restored = installOrRestore();
        } finally {
            lock.unlock();
        }
        SighupHandler.logUnlessInstalled(restored);
    }

    private void unsubscribe(ReloadSubscriber subscriber) {
        subscriber.close();
        Optional<SignalRegistration> restored = Optional.empty();
        lock.lock();
        try {
            if (subscribers.remove(subscriber.name(), subscriber)) {
                restored = installOrRestore();
            }
        } finally {
            lock.unlock();
        }
        SighupHandler.logUnlessInstalled(restored);
    }

    /** Establishes invariant 3. The result must be logged without the lock. */
    private Optional<SignalRegistration> installOrRestore() {
        return sighup.setWanted(listening && (stopping || !subscribers.isEmpty()));
    }

    /** The result is not logged: where SIGHUP cannot be handled, it does what it did before. */
    private void keepSighupFromExiting() {
        try {
            var unused = installOrRestore();
        } catch (OutOfMemoryError full) {
            // Then it does what it did before, too.
        }
    }

    /** Returns the number of calls of subscribers that have not ended, also of those that were abandoned at their limit. */
    @Override
    public long unfinishedCount() {
        long count = 0;
        for (ReloadSubscriber subscriber : currentSubscribers()) {
            count += subscriber.isBusy() ? 1 : 0;
        }
        return count;
    }

    /** Returns these calls with their threads, oldest first. */
    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        return ReloadSubscriber.unfinished(currentSubscribers(), Checks.atLeast("limit", limit, 0));
    }

    boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private static ShuttingDownException refusal(String requestedBy) {
        return new ShuttingDownException(
                "the reload requested by " + requestedBy + " is refused, the shutdown has begun");
    }

    private void start(ReloadRequest request) {
        try {
            NamedThreads.daemon("reload", () -> runAll(request)).start();
        } catch (Throwable noThread) { // or no memory, which the log may not have either: so it comes last
            for (ReloadRequest lost = request; lost != null; lost = takeNext()) {
                lost.fail(callbacks, noThread);
            }
            LOG.error("could not begin, requested by {}", request.requestedBy(), noThread);
        }
    }

    private void runAll(ReloadRequest first) {
        for (ReloadRequest request = first; request != null; request = takeNext()) {
            String requestedBy = request.requestedBy();
            notifyListeners(listener -> listener.onReloadStarted(requestedBy));
            ReloadReport report;
            try {
                report = new ReloadRun(timeout, ticker, this).run(requestedBy, currentSubscribers());
            } catch (Throwable t) {
                LOG.error("failed with an internal error, requested by {}", requestedBy, t);
                StepResult failed = StepResult.failed("reload", Duration.ZERO, Duration.ZERO, t);
                ReloadReport lost = new ReloadReport(requestedBy, Duration.ZERO, List.of(failed));
                notifyListeners(listener -> listener.onReloadFinished(lost));
                request.fail(callbacks, t);
                continue;
            }
            notifyListeners(listener -> listener.onReloadFinished(report));
            request.answer(callbacks, report);
        }
    }

    private @Nullable ReloadRequest takeNext() {
        lock.lock();
        try {
            running = next;
            next = null;
            return running;
        } finally {
            lock.unlock();
        }
    }

    private List<ReloadSubscriber> currentSubscribers() {
        lock.lock();
        try {
            return List.copyOf(subscribers.values());
        } finally {
            lock.unlock();
        }
    }

    void notifyListeners(Consumer<ReloadListener> event) {
        for (ReloadListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable t) {
                LOG.error("a listener failed", t);
            }
        }
    }
}
