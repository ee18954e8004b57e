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
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.ProcessSignals;
import io.github.shutdown4j.internal.SignalLog;
import io.github.shutdown4j.internal.SignalRegistration;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.trigger.AsyncAction;
import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.ShuttingDownException;
import io.github.shutdown4j.trigger.Subscription;

/**
 * Tells subscribers to read their configuration again, on a call or, while a coordinator with signals runs, on SIGHUP.
 * A reload stops nothing, and nothing a subscriber does can turn it into a shutdown.
 *
 * <p>Subscribers are called one after another in the order of subscription, each on a thread of its own made for the
 * call. One that fails is reported and the next gets its turn; so is one that takes longer than the limit (30 s unless
 * given), after it was interrupted and left behind. While it is still busy, later reloads skip it.
 *
 * <p>One reload runs at a time. All requests that arrive during one are served together by exactly one more after it,
 * so that the last change is always seen.
 *
 * <p>SIGHUP is taken over only while there is at least one subscriber. <strong>With none the JVM's default stands:
 * SIGHUP ends the process</strong> with exit code 129. Windows has no SIGHUP. Under {@code nohup} it stays ignored.
 * Once the shutdown has begun, a SIGHUP that had been taken over does nothing.
 */
public final class Reloader implements AutoCloseable {

    static final ComponentLogger LOG = new ComponentLogger(Reloader.class, "reload");
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);
    private static final ComponentLogger SIGNALS_LOG = new ComponentLogger(Reloader.class, "signals");
    private static final String HANGUP = "HUP";

    private final Ticker ticker;
    private final Duration limit;
    private final ProcessSignals process;
    private final CallbackExecutor answers;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    // 1. At most one reload runs; at most one more is asked for.
    // 2. Once stopping, no reload begins, and a signal that was taken stays taken until close().
    // 3. The signal is claimed only while listening, and until stopping only while there are subscribers.
    private final Map<String, ReloadSubscriber> subscribers = new LinkedHashMap<>();
    private @Nullable ReloadRequest running;
    private @Nullable ReloadRequest next;
    private boolean listening;
    private boolean stopping;
    private @Nullable SignalRegistration signal;
    private final List<ReloadListener> listeners = new CopyOnWriteArrayList<>();

    /** A reloader that allows each subscriber 30 s. */
    public Reloader() {
        this(DEFAULT_LIMIT, Ticker.current(), ProcessSignals.system());
    }

    Reloader(Duration limit, Ticker ticker, ProcessSignals process) {
        this.ticker = ticker;
        this.limit = Checks.positive("limit", limit);
        this.process = process;
        this.answers = new CallbackExecutor("reload", LOG, ticker);
    }

    /**
     * A reloader that allows each subscriber {@code limit}.
     *
     * @throws IllegalArgumentException if {@code limit} is zero or negative
     */
    public static Reloader withLimit(Duration limit) {
        return new Reloader(limit, Ticker.current(), ProcessSignals.system());
    }

    /**
     * Has {@code onReload} called at every reload from the next one on. It is interrupted when its time is up.
     *
     * @param name what reports and logs call it
     * @return closing it ends the calls, also of a reload under way that has not come to it yet
     * @throws IllegalArgumentException if {@code name} is blank, or taken by a subscription that is open
     * @throws ShuttingDownException if the shutdown has begun
     */
    public Subscription subscribe(String name, CheckedRunnable onReload) {
        Checks.notBlank("name", name);
        ReloadSubscriber subscriber = new ReloadSubscriber(name, Checks.notNull("onReload", onReload), ticker);
        Optional<SignalRegistration> claim;
        lock.lock();
        try {
            if (stopping) {
                throw new ShuttingDownException("reload: no subscriber '" + name + "' any more, shutting down");
            }
            if (subscribers.putIfAbsent(name, subscriber) != null) {
                throw new IllegalArgumentException(
                        "name must be free, but there is already a reload subscriber '" + name + "'");
            }
            claim = claimOrGiveBack();
        } finally {
            lock.unlock();
        }
        sayIfNotTaken(claim);
        return () -> unsubscribe(subscriber);
    }

    /** The same for an asynchronous subscriber; its turn is over when what it returns is complete. */
    public Subscription subscribe(String name, AsyncAction onReload) {
        return subscribe(name, (CheckedRunnable) onReload);
    }

    /**
     * Asks for a reload and returns at once. Not to be waited for by a subscriber in its call: the reload that it asks
     * for comes after the one it is in.
     *
     * @param by who asks, for the report
     * @return the report of a reload that began after this call; fails with {@link ShuttingDownException} if none will
     *     begin any more. Each call has a stage of its own, completed on a daemon thread of the reloader
     * @throws IllegalArgumentException if {@code by} is blank
     */
    public CompletionStage<ReloadReport> reload(String by) {
        Checks.notBlank("by", by);
        ReloadRequest request;
        CompletableFuture<ReloadReport> answer;
        boolean idle;
        lock.lock();
        try {
            if (stopping) {
                return CompletableFuture.failedFuture(tooLate(by));
            }
            idle = running == null;
            request = idle || next == null ? new ReloadRequest(by) : next;
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
     * From now on SIGHUP is a reload, while there are subscribers. May be called again, which changes nothing. A coordinator
     * that is not embedded does this for the reloader it has.
     */
    public void listenForSighup() {
        Optional<SignalRegistration> claim;
        lock.lock();
        try {
            listening = true;
            claim = claimOrGiveBack();
        } finally {
            lock.unlock();
        }
        sayIfNotTaken(claim);
    }

    /** Adds a listener, which is told of every reload that begins from now on. */
    public void addListener(ReloadListener listener) {
        listeners.add(Checks.notNull("listener", listener));
    }

    /**
     * Begins no more reloads: further requests are refused, and one in progress ends after the subscriber it is calling.
     * SIGHUP stays handled if it is, so that one which arrives now does not kill the process. A coordinator does this when
     * a shutdown begins.
     */
    public void stop() {
        ReloadRequest dropped;
        lock.lock();
        try {
            stopping = true;
            dropped = next;
            next = null;
        } finally {
            lock.unlock();
        }
        if (dropped != null) {
            dropped.fail(answers, tooLate(dropped.by()));
        }
    }

    /** Stops, and restores the previous handler of SIGHUP. May be called more than once. */
    @Override
    public void close() {
        stop();
        lock.lock();
        try {
            listening = false;
            claimOrGiveBack();
        } finally {
            lock.unlock();
        }
    }

    private void unsubscribe(ReloadSubscriber subscriber) {
        subscriber.close();
        lock.lock();
        try {
            if (subscribers.remove(subscriber.name(), subscriber)) {
                claimOrGiveBack();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Establishes invariant 3; the result of a new attempt is to be told without the lock. */
    private Optional<SignalRegistration> claimOrGiveBack() {
        boolean wanted = listening && (stopping ? signal != null : !subscribers.isEmpty());
        if (wanted && signal == null) {
            SignalRegistration claim = process.take(HANGUP, this::onHangup);
            signal = claim;
            return Optional.of(claim);
        }
        if (!wanted && signal != null) {
            if (signal instanceof SignalRegistration.Taken taken) {
                taken.close();
            }
            signal = null;
        }
        return Optional.empty();
    }

    private static void sayIfNotTaken(Optional<SignalRegistration> claim) {
        if (claim.isEmpty()) {
            return;
        }
        if (claim.get() instanceof SignalRegistration.Refused refused) {
            LOG.info("only by call, because SIGHUP cannot be taken over: {}", refused.why());
        } else {
            SignalLog.notTaken(SIGNALS_LOG, HANGUP, claim.get());
        }
    }

    private void onHangup() {
        if (isStopping()) {
            Jfr.signal("SIGHUP", "changes nothing, shutting down");
            LOG.info("SIGHUP has no effect, shutting down");
        } else {
            Jfr.signal("SIGHUP", "asks for a reload");
            var unused = reload("SIGHUP");
        }
    }

    /** Whether the shutdown has begun. */
    boolean isStopping() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    private static ShuttingDownException tooLate(String by) {
        return new ShuttingDownException("reload: requested by " + by + " while shutting down");
    }

    private void start(ReloadRequest request) {
        try {
            NamedThreads.daemon("reload", () -> runAll(request)).start();
        } catch (Throwable noThread) {
            LOG.error("could not begin, requested by {}", request.by(), noThread);
            for (ReloadRequest lost = request; lost != null; lost = nextAfterIt()) {
                lost.fail(answers, noThread);
            }
        }
    }

    private void runAll(ReloadRequest first) {
        for (ReloadRequest request = first; request != null; request = nextAfterIt()) {
            try {
                String by = request.by();
                notifyListeners(listener -> listener.onReloadStarted(by));
                ReloadReport report = new ReloadRun(limit, ticker, this).run(by, currentSubscribers());
                notifyListeners(listener -> listener.onReloadFinished(report));
                request.answer(answers, report);
            } catch (Throwable t) {
                LOG.error("broke off, requested by {}", request.by(), t);
                request.fail(answers, t);
            }
        }
    }

    private @Nullable ReloadRequest nextAfterIt() {
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
