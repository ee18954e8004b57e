package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Starts services together, supervises them, and stops them in order.
 *
 * <pre>{@code
 * ServiceGroup services = ServiceGroup.builder()
 *         .add("database", Service.of(database::start, database::stop))
 *         .add("http", Service.startOnly(server::start), ServicePolicy.critical().withAfter("database"))
 *         .add("metrics", metrics, ServicePolicy.optional())
 *         .build();
 * }</pre>
 *
 * <p><b>With or without a coordinator.</b> A coordinator starts and stops the group and shuts down for its {@link
 * #whenShutdownRequested()}. Without a coordinator, call {@link #start()}, {@link #whenShutdownRequested()} and {@link #stop}
 * yourself. The group never ends the process; it only reports that a service has failed or ended.
 *
 * <p><b>Start.</b> Services start concurrently, except that a service starts only when those that it comes after are ready
 * or have ended. Each must become ready within the start timeout, which counts from its own start. Otherwise it has failed,
 * with a {@link java.util.concurrent.TimeoutException} that has the stack trace of the service's thread. The start timeout
 * applies until the service is ready for the first time, including restarts before that.
 *
 * <p><b>Failures.</b> The first failure or end that, according to its {@link ServicePolicy}, ends the process is the reason.
 * Further failures are logged and are in the result of the stop. Failures after the stop has begun are never the reason.
 * Once there is a reason, no further service starts; running services continue, and restart if necessary, until they are
 * stopped.
 *
 * <p><b>Threads.</b> Each service has a non-daemon thread {@code shutdown4j-service-NAME}. An abandoned thread keeps the JVM
 * alive until {@link System#exit}. There is one more thread during the start, and one for each service with stop callbacks
 * during the stop. Nothing polls. Thread-safe.
 */
public final class ServiceGroup implements UnfinishedWork.Source {

    static final ComponentLogger LOG = new ComponentLogger(ServiceGroup.class, "services");

    private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);

    private final ServiceGroupState groupState;
    private final Optional<Duration> startTimeout;
    /** In start order: each service follows those that it comes after. */
    private final Map<String, ManagedService> services;

    private boolean started; // guarded by the lock of the group state

    ServiceGroup(ServiceGroupState groupState, Optional<Duration> startTimeout, Map<String, ManagedService> services) {
        this.groupState = groupState;
        this.startTimeout = startTimeout;
        this.services = services;
    }

    /** Returns a builder without services. */
    public static ServiceGroupBuilder builder() {
        return new ServiceGroupBuilder(Ticker.current());
    }

    /**
     * Starts the services and returns at once, with a start timeout of 60 s unless the group was built with one. May be
     * called once.
     *
     * @throws IllegalStateException if it has been called before
     * @throws ShuttingDownException if the group has been stopped
     */
    public void start() {
        start(DEFAULT_START_TIMEOUT);
    }

    /**
     * Like {@link #start()}, with another default.
     *
     * @param defaultStartTimeout the time in which each service must become ready if the group was built without a start
     *     timeout; positive
     */
    public void start(Duration defaultStartTimeout) {
        Checks.positive("defaultStartTimeout", defaultStartTimeout);
        groupState.lock.lock();
        try {
            if (groupState.isStopping()) {
                throw new ShuttingDownException("the group of the services " + names()
                        + " was stopped before; a group starts once, build another one");
            }
            if (started) {
                throw new IllegalStateException("the group of the services " + names()
                        + " was started before; a group starts once, build another one");
            }
            started = true;
            groupState.contextLoader(Thread.currentThread().getContextClassLoader());
        } finally {
            groupState.lock.unlock();
        }
        if (services.isEmpty()) {
            LOG.debug("starting none");
        } else {
            LOG.info("starting {}", names());
        }
        ServiceStarter starter = new ServiceStarter(
                List.copyOf(services.values()), startTimeout.orElse(defaultStartTimeout), groupState);
        NamedThreads.nonDaemon("services-start", starter).start();
    }

    /**
     * Returns the longest chain of services that start one {@linkplain ServicePolicy#withAfter after} another, in this order. Of
     * several longest chains, returns the one whose last service was added first. Empty if the group has no services.
     */
    public List<String> longestStartChain() {
        return ServiceOrder.longestChain(services.values());
    }

    /**
     * Returns the maximum duration of the start: the start timeout for each service of the {@linkplain #longestStartChain
     * longest chain}. Zero if the group has no services.
     *
     * @param defaultStartTimeout as in {@link #start(Duration)}
     */
    public Duration maxStartTime(Duration defaultStartTimeout) {
        Checks.positive("defaultStartTimeout", defaultStartTimeout);
        return Durations.times(
                startTimeout.orElse(defaultStartTimeout), longestStartChain().size());
    }

    /**
     * Adds a listener. Listeners are called in the order in which they were added, before the stages of {@link #whenReady()}
     * and {@link #whenShutdownRequested()} complete. A listener does not receive events that precede its addition.
     */
    public void addListener(ServiceGroupListener listener) {
        groupState.addListener(Checks.notNull("listener", listener));
    }

    /**
     * Waits until all services are ready. {@linkplain ServicePolicy#optional() Optional} services that have failed or are
     * late do not count.
     *
     * @param timeout not negative; with zero the call returns at once
     * @return false if the timeout has elapsed, or if this cannot happen any more
     * @throws InterruptedException if the caller is interrupted; the start continues
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(groupState.ticker, Checks.notNegative("timeout", timeout));
        groupState.lock.lockInterruptibly();
        try {
            while (!groupState.isReady() && !groupState.isOver() && !deadline.isExpired()) {
                groupState.ticker.await(groupState.lock, groupState.changed, deadline.remainingNanos());
            }
            return groupState.isReady();
        } finally {
            groupState.lock.unlock();
        }
    }

    /**
     * Returns a stage that completes when all services are ready, as defined by {@link #awaitReady}; never if that cannot
     * happen any more. Its dependents run on a thread of the group and do not delay it.
     */
    public CompletionStage<Void> whenReady() {
        return groupState.readyStage();
    }

    /**
     * Returns a stage that completes with a {@link ShutdownReason.ServiceFailed} or {@link ShutdownReason.ServiceEnded} when
     * a service fails or ends in a way that ends the process; never if that does not happen before the stop. Its dependents
     * run at the end of that service's thread or, if the service was not ready in time, on the thread that starts the
     * services. They may {@link #stop} the group.
     */
    public CompletionStage<ShutdownReason> whenShutdownRequested() {
        return groupState.reasonStage();
    }

    /**
     * Like {@link #stop(Duration, Consumer)}, without a consumer.
     *
     * @throws InterruptedException as {@link #stop(Duration, Consumer)} does
     */
    public List<StepResult> stop(Duration timeout) throws InterruptedException {
        return stop(timeout, step -> {});
    }

    /**
     * Requests all services to stop and waits until they have ended, at most for {@code timeout}.
     *
     * <p>A service is stopped before those that it comes after; independent services are stopped concurrently. A service
     * that waits for a restart ends at once. Each service gets an equal share of the remaining time, divided among it and
     * the longest chain of services that are stopped after it; time that it does not use goes to the next ones. When a fifth
     * of the share remains, at most one second, its thread is interrupted. At the end of the share it is abandoned.
     *
     * <p>Each service has a step:
     *
     * <ul>
     *   <li>{@link Outcome#DONE}: it has returned, now or earlier; it was not started or not ready; or it is optional and
     *       did not hang.
     *   <li>{@link Outcome#TIMED_OUT}: it ended only after the interrupt, or was abandoned, then with its stack trace.
     *   <li>{@link Outcome#FAILED}: it has failed, now or earlier, with the original failure.
     * </ul>
     *
     * <p>A further call waits for the services that are still running. A call before {@link #start()} prevents the start.
     *
     * @param timeout not negative; zero abandons all services that do not end at once
     * @param onStep receives each step as it ends, on the calling thread; exceptions are logged
     * @return the steps in the order in which they began
     * @throws InterruptedException if the caller was interrupted; all services have then been requested to stop, without
     *     regard to their order
     * @throws IllegalStateException if a service calls this on its own thread, because it would wait for itself; all
     *     services have then been requested to stop, without regard to their order
     */
    public List<StepResult> stop(Duration timeout, Consumer<StepResult> onStep) throws InterruptedException {
        Checks.notNegative("timeout", timeout);
        Checks.notNull("onStep", onStep);
        ManagedService own = beginStop();
        ServiceStop stop = new ServiceStop(List.copyOf(services.values()), groupState, timeout, onStep);
        if (own != null) {
            stop.requestAllStops();
            throw new IllegalStateException(
                    "service '" + own.name + "' must not stop its group from its own thread: it would wait for itself");
        }
        return stop.run();
    }

    /** Returns the service that calls this from its own thread; null if none does. */
    private @Nullable ManagedService beginStop() {
        groupState.lock.lock();
        try {
            groupState.stopping();
            for (ManagedService managed : services.values()) {
                if (managed.isRunBy(Thread.currentThread())) {
                    return managed;
                }
            }
            return null;
        } finally {
            groupState.lock.unlock();
        }
    }

    /**
     * Notifies the group that the JVM is exiting, so that a stop does not wait for a service that has called {@link
     * System#exit}. Call it in a JVM shutdown hook; a coordinator does so.
     */
    public void jvmExiting() {
        groupState.lock.lock();
        try {
            groupState.jvmExiting();
        } finally {
            groupState.lock.unlock();
        }
    }

    /** Returns the names of the services, each after those that it comes after. */
    public List<String> names() {
        return List.copyOf(services.keySet());
    }

    /**
     * Returns the current state of a service.
     *
     * @throws IllegalArgumentException if the group has no service of this name
     */
    public ServiceState state(String name) {
        ManagedService managed = services.get(Checks.notNull("name", name));
        if (managed == null) {
            throw new IllegalArgumentException("no service '" + name + "' in the group; known are " + names());
        }
        return groupState.locked(managed::state);
    }

    /** Returns the names of the services that are not started, starting, or waiting for a restart. */
    public List<String> notReady() {
        Set<ServiceState> awaited = Set.of(ServiceState.WAITING, ServiceState.STARTING, ServiceState.RESTARTING);
        return groupState.locked(() -> services.values().stream()
                .filter(managed -> awaited.contains(managed.state()))
                .map(managed -> managed.name)
                .toList());
    }

    @Override
    public long unfinishedCount() {
        return groupState.locked(() ->
                services.values().stream().filter(managed -> !managed.isOver()).count());
    }

    /** Returns the running services: first those that have been requested to stop, each group from the oldest. */
    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        Checks.atLeast("limit", limit, 0);
        List<ManagedService.RunningThread> runningThreads = groupState.locked(() -> services.values().stream()
                .flatMap(managed -> managed.runningThreads().stream())
                .sorted(Comparator.comparing((ManagedService.RunningThread work) -> !work.stopRequested())
                        .thenComparing(ManagedService.RunningThread::age, Comparator.reverseOrder()))
                .limit(limit)
                .toList());
        return runningThreads.stream()
                .flatMap(work -> work.snapshots().stream())
                .limit(limit)
                .toList();
    }
}
