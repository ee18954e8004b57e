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
 * Releases all registered resources, in order and in bounded time, whatever some of them do.
 *
 * <pre>{@code
 * ResourceManager resources = ResourceManager.create();
 * resources.register(Resources.file("journal", channel));
 * resources.register(Resources.executor("mail", executor));
 * resources.register(Resources.database("db", pool).withAfter("mail")); // its tasks write to it
 * }</pre>
 *
 * <p><b>Order.</b> Groups go strictly one after the other, the members of a group at the same time. A group has one
 * priority, lower first. A resource goes later than its number says if it is {@linkplain Resource#after() after} one with
 * a higher number; equals that wait for each other form groups of their own. {@link #plan()} shows the groups.
 * {@link Resource} says when "database first" is wrong and how to group it round.
 *
 * <p><b>Failures.</b> What a resource throws, whatever it is, ends in its {@link StepResult} and stops nobody else.
 *
 * <p><b>Time.</b> A resource has a limit, its own or the default, counted from the moment before it is called. At the
 * limit its thread is interrupted. After a tenth of the limit more, but at most 100 ms, it is left behind on its daemon
 * thread, with its stack in the result (of many in one group, only the first few have one). A quarter of the whole time
 * is set aside in equal slices, one for each group and one to spare, which no earlier group can spend; so a group that
 * hangs costs the later ones time but never their group. What has got no group when the time is over is
 * {@link Outcome#SKIPPED}, never missing.
 *
 * <p><b>Changes during the release.</b> A resource registered now is released in its group if its group is still to come,
 * else right after the group that is under way. Once the last group is over, registration is refused. A resource that is
 * unregistered before its group begins is not released and has no result.
 *
 * <p><b>Threads.</b> There are none before the release and, but for what was left behind, none after it. They are daemons
 * named {@code shutdown4j-release-} and the name of the resource; at most 1024 are at work, so of a larger group that
 * blocks, some members wait for others. No lock is held while a resource is called.
 */
public final class ResourceManager implements UnfinishedWork.Source {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    /** This part of the time is set aside for groups that are still to come. */
    private static final int RESERVED_PART = 4;

    private enum State {
        IDLE,
        RELEASING,
        RELEASED
    }

    private final Duration eachAtMost;
    private final Ticker ticker;
    /** Made at the first use: the start does without. */
    private @Nullable ReleaseWorkers workers;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition supervisorGone = lock.newCondition();
    private final ResourceRegistry registry = new ResourceRegistry();
    private final List<ReleaseTask> tasks = new ArrayList<>();
    private List<StepResult> results = List.of();
    private State state = State.IDLE;
    private boolean supervised;
    private long startedAt;
    /** What a group gets at least. */
    private long slice;
    /** How many groups the slice is still promised to. */
    private int promised;

    ResourceManager(Duration eachAtMost, Ticker ticker) {
        this.eachAtMost = Checks.positive("eachAtMost", eachAtMost);
        this.ticker = ticker;
    }

    /** A manager that gives each resource that does not ask for another limit 10 seconds. */
    public static ResourceManager create() {
        return withTimeout(DEFAULT_TIMEOUT);
    }

    /** A manager that gives each resource that does not ask for another limit this long; more than zero. */
    public static ResourceManager withTimeout(Duration eachAtMost) {
        return new ResourceManager(eachAtMost, Ticker.current());
    }

    /**
     * Adds a resource; it is asked for its name, priority, after and timeout, once. Returns its argument.
     *
     * @throws IllegalArgumentException if it or its name is registered already, if one of its answers is no good (or
     *     cannot be had: the cause says why), or if it would wait for itself; the message shows the cycle, as
     *     "a -> b -> a". Nothing has been registered then.
     * @throws ShuttingDownException if all resources have been released
     */
    public <R extends Resource> R register(R resource) {
        ResourceRegistration newcomer = ResourceRegistration.of(resource, eachAtMost);
        lock.lock();
        try {
            if (state == State.RELEASED) {
                throw new ShuttingDownException(
                        "resource '" + newcomer.name() + "' comes too late: the resources have been released");
            }
            registry.add(newcomer);
            return resource;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the very object that was registered away again, so that it is not released. Its name is free then; who waits
     * for it waits no longer.
     *
     * @return false if it is not registered, or its group has begun or is over
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

    /**
     * The groups in the order in which they would be released now; during the release, those still to come. Later
     * registrations may change it.
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
     * Releases everything and says what became of each resource, in the order in which they began. Returns as soon as the
     * last has ended or been left behind, and after {@code timeout} at the latest; zero skips all. Only where the machine
     * itself is so late that the spare slice is used up, this takes longer by as much, rather than to skip the last.
     *
     * <p>Everything is released once: a second call waits until the first has returned, whatever its own timeout, and
     * has the same result.
     *
     * @throws InterruptedException if the caller is interrupted. The group that is under way goes on without supervision,
     *     later ones do not begin until somebody calls this method again, or has already done so and waits; that call goes
     *     on where this one has stopped.
     * @throws IllegalStateException if a resource calls this while it is released: it would wait for itself
     */
    public List<StepResult> release(Duration timeout) throws InterruptedException {
        return release(timeout, step -> {});
    }

    /**
     * The same, and tells each result as soon as it is there.
     *
     * @param onStep called on the calling thread; what it throws is logged
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
            promised = -1;
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
        workers.supervise(onStep); // what an interrupted caller has left under way
        for (Group group = nextGroup(deadline); group != null; group = nextGroup(deadline)) {
            workers.begin(group.tasks(), group.nanos());
            workers.supervise(onStep);
        }
    }

    /** One group and the time it has. */
    record Group(List<ReleaseTask> tasks, long nanos) {}

    /** The next group; null if there is none, and then there will be none, ever. */
    private @Nullable Group nextGroup(Deadline deadline) {
        lock.lock();
        try {
            int left = registry.groupsToCome().size();
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
     * What the next of {@code groups} groups may take of the time that is left: all but the slices of the others and the
     * spare one, which makes up for what it takes to be rid of many at once on a busy machine. If even that was not
     * enough, a group still gets its slice, but no more groups than there were at the beginning.
     */
    private long share(long remaining, int groups) {
        if (promised < 0) {
            promised = groups;
            slice = remaining / RESERVED_PART / (groups + 1);
        }
        long least = promised > 0 ? slice : 0;
        promised = Math.max(0, promised - 1);
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
     * Tells the manager that the JVM is exiting, so that the release does not wait for a resource that calls {@link
     * System#exit}: that call would wait for the shutdown hooks, and they for it. To be called from a JVM shutdown hook; a
     * coordinator does that.
     */
    public void jvmExiting() {
        workers().scheduler().jvmExiting();
    }

    /** Whether {@code thread} is one on which a resource manager releases, and limits, a resource. */
    public static boolean isReleasing(Thread thread) {
        return ReleaseWorkers.isWorker(thread);
    }

    /** During and after the release: those waiting for their group, under way, or left behind and still at it. */
    @Override
    public long unfinishedCount() {
        lock.lock();
        try {
            long untaken = state == State.RELEASING ? registry.untaken() : 0;
            return workers == null ? untaken : untaken + workers.scheduler().unfinishedCount();
        } finally {
            lock.unlock();
        }
    }

    /** Those under way or left behind, with their threads; the ones that wait for their group are only counted. */
    @Override
    public List<UnfinishedWork> unfinished(int limit) {
        return workers().unfinished(Checks.atLeast("limit", limit, 0));
    }
}
