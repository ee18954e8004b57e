package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

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
 * Runs services together: starts all at once, and makes the failure of one a reason to end the process.
 *
 * <pre>{@code
 * ServiceGroup services = ServiceGroup.builder()
 *         .add("database", Service.of(database::start, database::stop))
 *         .add("http", Service.startOnly(server::start), ServicePolicy.critical().after("database"))
 *         .add("metrics", metrics, ServicePolicy.optional())
 *         .build();
 * }</pre>
 *
 * <p><b>Alone or with a coordinator.</b> A coordinator that has been given the group starts it, listens to {@link
 * #reason()} and stops it. Without one, call {@link #start()}, {@link #reason()} and {@link #stop} yourself. The group
 * itself never ends the process: that a service failed or ended is only told.
 *
 * <p><b>Start.</b> All services start concurrently, but one that comes after others starts when those are ready or have
 * ended. Each must be ready within the start timeout, counted from its own start; one that is not has failed, with a
 * {@link java.util.concurrent.TimeoutException} whose stack is that of the service's thread. The start timeout holds for
 * the first start, restarts before the service is ready included, and not for restarts of one that was ready once.
 *
 * <p><b>Failures.</b> The first failure, or end, that ends the process by its {@link ServicePolicy} is the reason; whether
 * it is a failure is part of it and decided before anybody hears of it. Each further failure is logged and has its step
 * in the result of the stop. What fails after the stop has begun is no reason any more. Once there is a reason, no
 * service is started that has not been; the others run on, and are restarted if need be, until they are stopped.
 *
 * <p><b>Threads.</b> Each service has a thread {@code shutdown4j-service-NAME}, which keeps the JVM alive. One that was
 * abandoned at the stop does so too, until {@link System#exit}. While the group starts there is one more thread, and
 * for a service with stop callbacks one more while it stops; none is needed in between, and nothing polls.
 */
public final class ServiceGroup implements UnfinishedWork.Source {

    static final ComponentLogger LOG = new ComponentLogger(ServiceGroup.class, "services");

    private static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(60);

    private final ServiceGroupState groupState;
    private final Optional<Duration> startTimeout;
    /** What a service comes after is before it. */
    private final Map<String, ManagedService> services;

    private boolean started; // guarded by the groupState's lock

    private ServiceGroup(
            ServiceGroupState groupState, Optional<Duration> startTimeout, Map<String, ManagedService> services) {
        this.groupState = groupState;
        this.startTimeout = startTimeout;
        this.services = services;
    }

    /** Begins a group without services. */
    public static Builder builder() {
        return new Builder(Ticker.current());
    }

    /**
     * Starts the services; returns at once. To be called once.
     *
     * @throws IllegalStateException if it has been called before
     * @throws ShuttingDownException if the group has been stopped
     */
    public void start() {
        start(DEFAULT_START_TIMEOUT);
    }

    /**
     * As {@link #start()}.
     *
     * @param defaultStartTimeout how long each service may take to become ready, unless the group was built with a start
     *     timeout of its own; more than zero
     */
    public void start(Duration defaultStartTimeout) {
        groupState.lock.lock();
        try {
            if (groupState.isStopping()) {
                throw new ShuttingDownException("the group has been stopped, its services cannot be started any more");
            }
            if (started) {
                throw new IllegalStateException("the group has been started before");
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
     * The services of the longest chain of {@link ServicePolicy#after}, in the order in which they start; of chains of the
     * same length the one whose last service was added first. Empty if the group has no services.
     */
    public List<String> longestStartChain() {
        return ServiceOrder.longestChain(services.values());
    }

    /**
     * How long the start may take at most: each service may take the whole start timeout to become ready, and those of the
     * {@linkplain #longestStartChain longest chain} start one after another. Zero if the group has no services.
     *
     * @param defaultStartTimeout as in {@link #start(Duration)}
     */
    public Duration maxStartTime(Duration defaultStartTimeout) {
        return Durations.times(
                startTimeout.orElse(defaultStartTimeout), longestStartChain().size());
    }

    /**
     * Adds a listener. Listeners are called in the order in which they were added, before the stages of {@link #ready()}
     * and {@link #reason()} complete; one that is added later is not told of earlier events.
     */
    public void addListener(ServiceGroupListener listener) {
        groupState.addListener(Checks.notNull("listener", listener));
    }

    /**
     * Waits until all services are ready; those that are {@linkplain ServicePolicy#optional() optional} and have failed,
     * or are late, do not count.
     *
     * @return false if that did not happen in time, or cannot happen any more
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
     * Completes when all services are ready, as {@link #awaitReady} has it; never if that cannot happen any more. What
     * depends on it runs on a thread of the group that has nothing else to do.
     */
    public CompletionStage<Void> ready() {
        return groupState.readyStage();
    }

    /**
     * Completes with a {@link ShutdownReason.ServiceFailed} or {@link ShutdownReason.ServiceEnded} when the first service
     * gives a reason to end the process; never if none does before the stop. What depends on it may {@link #stop} the group.
     * It runs on the last steps of that service's thread, or if the service was not ready in time, on the thread that
     * starts the services.
     */
    public CompletionStage<ShutdownReason> reason() {
        return groupState.reasonStage();
    }

    /** The same as {@link #stop(Duration, Consumer)} for who needs the result only at the end. */
    public List<StepResult> stop(Duration timeout) throws InterruptedException {
        return stop(timeout, step -> {});
    }

    /**
     * Tells all services to stop and waits until they are over, no longer than {@code timeout}.
     *
     * <p>Those that come after others are stopped before these, the rest concurrently; those that wait for a restart do
     * so no more. A service gets an equal share of what is left for it and the longest chain of those that are stopped
     * after it, so that each has its turn; what one leaves over goes to the next. When its share is nearly over, its
     * thread is interrupted; at the end it is abandoned.
     *
     * <p>Each service has a step:
     *
     * <ul>
     *   <li>{@link Outcome#DONE}: it returned, now or before; or it had not been started or had not become ready, which
     *       is no failure of an ordinary stop; or it is optional and did not hang.
     *   <li>{@link Outcome#TIMED_OUT}: it had to be interrupted or was abandoned; in that case with its stack.
     *   <li>{@link Outcome#FAILED}: it failed, now or before, with the original failure.
     * </ul>
     *
     * <p>May be called again: it then waits for what is still running. Before {@link #start()}, it makes the start
     * impossible.
     *
     * @param timeout zero abandons what does not end at once
     * @param onStep hears of each step as it ends, on the calling thread; what it throws is logged
     * @return the steps in the order in which they began
     * @throws InterruptedException if the caller was interrupted; all services have been told to stop, whatever the order
     * @throws IllegalStateException if a service of the group calls this from its own thread: it would wait for itself;
     *     all services, this one included, have been told to stop, whatever the order
     */
    public List<StepResult> stop(Duration timeout, Consumer<StepResult> onStep) throws InterruptedException {
        Checks.notNegative("timeout", timeout);
        Checks.notNull("onStep", onStep);
        Optional<ManagedService> own = groupState.locked(() -> {
            groupState.stopping();
            return services.values().stream()
                    .filter(managed -> managed.isRunBy(Thread.currentThread()))
                    .findAny();
        });
        ServiceStop stop = new ServiceStop(List.copyOf(services.values()), groupState, timeout, onStep);
        if (own.isPresent()) {
            stop.requestAllStops();
            throw new IllegalStateException("service '" + own.get().name
                    + "' must not stop its group from its own thread: it would wait for itself");
        }
        return stop.run();
    }

    /**
     * Tells the group that the JVM is exiting, so that a stop does not wait for a service that has itself called {@link
     * System#exit}. To be called from a JVM shutdown hook; a coordinator does that.
     */
    public void jvmExiting() {
        groupState.lock.lock();
        try {
            groupState.jvmExiting();
        } finally {
            groupState.lock.unlock();
        }
    }

    /** The names of the services; what a service comes after is before it. */
    public List<String> names() {
        return List.copyOf(services.keySet());
    }

    /**
     * Where a service stands now.
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

    /** The names of the services that are awaited now: not started, starting, or waiting for a restart. */
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

    /** Those that have been told to stop first, each with the oldest before. */
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

    /** Collects the services of a group. Not for use by several threads. */
    public static final class Builder {

        private final Ticker ticker;
        private final Map<String, Added> added = new LinkedHashMap<>();
        private Optional<Duration> startTimeout = Optional.empty();

        private record Added(Service service, ServicePolicy policy) {}

        Builder(Ticker ticker) {
            this.ticker = ticker;
        }

        /** Adds a {@linkplain ServicePolicy#critical() critical} service. */
        public Builder add(String name, Service service) {
            return add(name, service, ServicePolicy.critical());
        }

        /**
         * Adds a service.
         *
         * @throws IllegalArgumentException if the name is blank, or there is a service of that name
         */
        public Builder add(String name, Service service, ServicePolicy policy) {
            Checks.notBlank("name", name);
            Checks.notNull("service", service);
            Checks.notNull("policy", policy);
            if (added.containsKey(name)) {
                throw new IllegalArgumentException(
                        "name must be new in the group, but there is a service '" + name + "'");
            }
            added.put(name, new Added(service, policy));
            return this;
        }

        /**
         * How long each service may take from its start until it is ready; more than zero. If not given, what the
         * configuration of the coordinator says, or 60 s without one.
         */
        public Builder startTimeout(Duration timeout) {
            startTimeout = Optional.of(Checks.positive("startTimeout", timeout));
            return this;
        }

        /**
         * Makes the group; nothing is started.
         *
         * @throws IllegalArgumentException if a service comes after one that was not added, or services come after each
         *     other in a cycle, which the message shows
         */
        public ServiceGroup build() {
            ServiceGroupState groupState = new ServiceGroupState(ticker);
            Map<String, ManagedService> services = new LinkedHashMap<>();
            for (Map.Entry<String, Added> each : added.entrySet()) {
                Added what = each.getValue();
                services.put(
                        each.getKey(), new ManagedService(each.getKey(), what.service(), what.policy(), groupState));
            }
            return new ServiceGroup(groupState, startTimeout, ServiceOrder.of(services));
        }
    }
}
