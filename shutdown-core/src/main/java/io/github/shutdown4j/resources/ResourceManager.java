package io.github.shutdown4j.resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.report.UnfinishedWork;
import io.github.shutdown4j.trigger.ShuttingDownException;

/**
 * Releases all registered resources in order and in bounded time, even if some of them fail or hang.
 *
 * <pre>{@code
 * ResourceManager resources = ResourceManager.create();
 * resources.register(Resources.file("journal", channel));
 * resources.register(Resources.executor("mail", executor));
 * resources.register(Resources.database("db", pool).withAfter("mail")); // its tasks write to it
 * }</pre>
 *
 * <p><b>Order.</b> Resources are released in groups, one group after the other, the members of a group at the same time.
 * Resources with the same priority form a group; lower priorities come first. {@link Resource#after()} moves a resource to a
 * later group if necessary, and splits a group whose members wait for each other. {@link #plan()} returns the groups.
 *
 * <p><b>Failures.</b> Whatever a resource throws is recorded in its {@link StepResult} and does not affect other resources.
 *
 * <p><b>Time.</b> The limit of a resource, its own or the default, starts just before its release is called. At the limit
 * its thread is interrupted. After another tenth of the limit, at most 100 ms, the resource is abandoned on its daemon
 * thread, with its stack trace in the result (in a large group, only for the first 32). A quarter of the total time is
 * reserved in equal slices for the groups that are still to come, so a group that hangs costs later groups time, but each
 * of them still runs. Resources whose group has not started when the time is over are {@link Outcome#SKIPPED}; every
 * resource has a result.
 *
 * <p><b>Changes during the release.</b> A resource that is registered during the release is released with its group if that
 * has not started, otherwise right after the current one. After the last group, registration is refused. A resource that
 * is unregistered before its group starts is not released and has no result.
 *
 * <p><b>Threads.</b> There are no threads before the release and, apart from those of abandoned resources, none after it.
 * They are daemon threads named {@code shutdown4j-release-NAME}. At most 1024 run at the same time; in a larger group the
 * others wait. If there is none and for a second none can be created, the caller of {@code release} releases the resources
 * itself, where no limit interrupts them, until one can be created. No lock is held while a resource is called. Thread-safe.
 */
public final class ResourceManager implements UnfinishedWork.Source {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    /** One divided by the part of the time that is reserved for later groups. */
    private static final int RESERVED_PART = 4;

    private enum State {
        IDLE,
        RELEASING,
        RELEASED
    }

    private final Duration defaultTimeout;
    private final Ticker ticker;
    /** Created at the first use, to keep it off the start path. */
    private @Nullable ReleaseWorkers workers;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition supervisorGone = lock.newCondition();
    private final ResourceRegistry registry = new ResourceRegistry();
    private final List<ReleaseTask> tasks = new ArrayList<>();
    private List<StepResult> results = List.of();
    private State state = State.IDLE;
    private boolean supervised;
    private long startedAt;
    /** The minimum time of a group. */
    private long slice;
    /** The number of groups that are still entitled to the slice. */
    private int entitledGroups;

    ResourceManager(Duration defaultTimeout, Ticker ticker) {
        this.defaultTimeout = Checks.positive("defaultTimeout", defaultTimeout);
        this.ticker = ticker;
    }

    /** Returns a manager whose resources have a limit of 10 s unless they define one. */
    public static ResourceManager create() {
        return withTimeout(DEFAULT_TIMEOUT);
    }

    /** Returns a manager whose resources have this limit, positive, unless they define one. */
    public static ResourceManager withTimeout(Duration defaultTimeout) {
        return new ResourceManager(defaultTimeout, Ticker.current());
    }

    /**
     * Registers a resource and returns it. Calls its name, priority, after and timeout methods, once each.
     *
     * @throws IllegalArgumentException if the resource or its name is already registered, if one of these methods throws or
     *     returns an invalid value, or if the resource would have to be released after itself; the message shows the cycle,
     *     such as "a -> b -> a". The resource is not registered then.
     * @throws ShuttingDownException if all resources have been released
     */
    public <R extends Resource> R register(R resource) {
        ResourceRegistration newcomer = ResourceRegistration.of(resource, defaultTimeout);
        lock.lock();
        try {
            if (state == State.RELEASED) {
                throw new ShuttingDownException(
                        "resource '" + newcomer.name() + "' is registered too late: the resources have been released");
            }
            registry.add(newcomer);
        } finally {
            lock.unlock();
        }
        String warning = newcomer.warning();
        if (!warning.isEmpty()) {
            ReleaseWorkers.LOG.warn("'{}' {}", newcomer.name(), warning);
        }
        return resource;
    }

    /**
     * Removes a resource, by identity, so that it is not released. Its name can be used again, and resources that are
     * {@linkplain Resource#after() after} it no longer wait for it.
     *
     * @return false if it is not registered, or its group has started
     */
    public boolean unregister(Resource resource) {
        Checks.notNull("resource", resource);
        lock.lock();
        try {
            return registry.remove(resource);
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a resource was registered that is to be released {@linkplain Resource#after() after} another one. */
    public boolean hasOrder() {
        lock.lock();
        try {
            return registry.hasOrder();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the groups in the order in which they would be released now; during the release, those that have not started.
     * A snapshot: later registrations can change the order.
     */
    public List<List<PlannedResource>> plan() {
        lock.lock();
        try {
            return registry.plan();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Releases all resources and returns their results, in the order in which their releases started. Returns when the last
     * one has ended or was abandoned, at the latest after {@code timeout}. On a machine that is so slow that
     * the reserve is used up, it exceeds the timeout rather than skip the last groups.
     *
     * <p>Resources are released once: a second call waits until the first one has returned, regardless of its own timeout,
     * and returns the same results.
     *
     * @param timeout not negative; zero skips all
     * @throws InterruptedException if the caller is interrupted. The current group continues without supervision; later
     *     groups do not start until this method is called again, or a second call that is already waiting takes over. That
     *     call continues where this one stopped.
     * @throws IllegalStateException if a resource calls this during its own release, because it would wait for itself
     */
    public List<StepResult> release(Duration timeout) throws InterruptedException {
        return release(timeout, step -> {});
    }

    /**
     * Like {@link #release(Duration)}, and passes each result to {@code onStep} as soon as it is available.
     *
     * @param onStep called on the calling thread; exceptions are logged
     * @throws InterruptedException as {@link #release(Duration)} does
     * @throws IllegalStateException as {@link #release(Duration)} does
     */
    public List<StepResult> release(Duration timeout, Consumer<StepResult> onStep) throws InterruptedException {
        Checks.notNegative("timeout", timeout);
        Checks.notNull("onStep", onStep);
        ReleaseWorkers workers = workers();
        String caller = workers.releasedBy(Thread.currentThread());
        if (caller != null) {
            throw new IllegalStateException("resource '" + caller + "' must not call release() while it is released: it"
                    + " would wait for itself");
        }
        lock.lockInterruptibly();
        try {
            while (supervised) {
                supervisorGone.await();
            }
            if (state == State.RELEASED) {
                return results;
            }
            if (state == State.IDLE) {
                startedAt = ticker.nanoTime();
                state = State.RELEASING;
            }
            supervised = true;
            entitledGroups = -1;
        } finally {
            lock.unlock();
        }
        try {
            releaseGroups(workers, Deadline.after(ticker, timeout), onStep);
        } finally {
            workers.scheduler().dismissWorkers();
            lock.lock();
            try {
                supervised = false;
                supervisorGone.signalAll();
            } finally {
                lock.unlock();
            }
        }
        return results;
    }

    private ReleaseWorkers workers() {
        lock.lock();
        try {
            ReleaseWorkers made = workers == null ? new ReleaseWorkers(ticker) : workers;
            workers = made;
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void releaseGroups(ReleaseWorkers workers, Deadline deadline, Consumer<StepResult> onStep)
            throws InterruptedException {
        workers.supervise(onStep); // the group that an interrupted caller has left running
        for (Group group = nextGroup(deadline); group != null; group = nextGroup(deadline)) {
            workers.begin(group.tasks(), group.nanos());
            workers.supervise(onStep);
        }
    }

    /** One group and its time. */
    record Group(List<ReleaseTask> tasks, long nanos) {}

    /** Returns the next group; null after the last one, from then on always. */
    private @Nullable Group nextGroup(Deadline deadline) {
        lock.lock();
        try {
            int left = registry.waitingGroups().size();
            List<ResourceRegistration> members = registry.nextGroup();
            if (members == null) {
                state = State.RELEASED;
                results = results();
                tasks.clear();
                registry.clear();
                return null;
            }
            List<ReleaseTask> group = new ArrayList<>(members.size());
            for (ResourceRegistration each : members) {
                group.add(new ReleaseTask(each, startedAt));
            }
            tasks.addAll(group);
            return new Group(group, share(Math.max(0, deadline.remainingNanos()), left));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the time of the next of {@code groups} groups: the remaining time without the slices of the others and a spare
     * one, which compensates for the time that it takes to abandon many resources on a busy machine. If even the spare
     * slice is used up, a group still gets its slice, but only as many groups as there were at the beginning.
     */
    private long share(long remaining, int groups) {
        if (entitledGroups < 0) {
            entitledGroups = groups;
            slice = remaining / RESERVED_PART / (groups + 1);
        }
        long least = entitledGroups > 0 ? slice : 0;
        entitledGroups = Math.max(0, entitledGroups - 1);
        long reserved = groups == 1 ? 0 : Math.min(slice, remaining / (groups + 1)) * groups;
        return Math.max(remaining - reserved, least);
    }

    private List<StepResult> results() {
        List<StepResult> all = new ArrayList<>(tasks.size());
        for (ReleaseTask task : tasks) {
            all.add(task.result());
        }
        return List.copyOf(all);
    }

    /**
     * Notifies the manager that the JVM is exiting. From then on the release does not wait for a resource that calls {@link
     * System#exit}, because that call would wait for the shutdown hooks and these for the release. Call it in a JVM
     * shutdown hook; a coordinator does so.
     */
    public void jvmExiting() {
        workers().scheduler().jvmExiting();
    }

    /** Returns whether a resource manager is releasing a resource on {@code thread}, with a limit. */
    public static boolean isReleasing(Thread thread) {
        return ReleaseWorkers.isWorker(Checks.notNull("thread", thread));
    }

    /** Returns the number of resources that wait for their group, are being released, or were abandoned and still run. */
    @Override
    public long unfinishedCount() {
        lock.lock();
        try {
            long waiting = state == State.RELEASING ? registry.waitingCount() : 0;
            return workers == null ? waiting : waiting + workers.scheduler().unfinishedCount();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the resources that are being released or were abandoned, with their threads, but not those that wait. */
    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        return workers().unfinished(Checks.atLeast("limit", limit, 0));
    }
}
