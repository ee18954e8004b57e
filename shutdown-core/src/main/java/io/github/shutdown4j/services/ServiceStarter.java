package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.trigger.ShutdownReason;

/**
 * Starts the services of a group in order, enforces the start timeout, and reports when all are ready. The body of a thread
 * that ends then, or when the group stops.
 */
final class ServiceStarter implements Runnable {

    private final List<ManagedService> services;
    private final Duration startTimeout;
    private final ServiceGroupState groupState;
    private final long begunAt;
    /** The services that the listeners were notified of last. */
    private List<String> awaited = List.of();

    /** The services that the listeners must be notified of next. */
    private @Nullable List<String> newlyAwaited;

    /** The time until all services were ready. */
    private @Nullable Duration readyAfter;
    /** The reason that this thread has decided and must publish. */
    private @Nullable ShutdownReason decided;

    ServiceStarter(List<ManagedService> services, Duration startTimeout, ServiceGroupState groupState) {
        this.services = services;
        this.startTimeout = startTimeout;
        this.groupState = groupState;
        this.begunAt = groupState.ticker.nanoTime();
    }

    @Override
    public void run() {
        boolean more = true;
        while (more) {
            List<Runnable> actions = new ArrayList<>();
            more = look(actions);
            publishReason(); // before a logger can block
            for (Runnable each : actions) {
                each.run();
            }
            notifyAwaited();
        }
        if (readyAfter != null) {
            if (services.isEmpty()) {
                ServiceGroup.LOG.debug("there are none to start");
            } else {
                ServiceGroup.LOG.info("all are ready, after {}", Durations.text(readyAfter));
            }
            groupState.publishReady();
            preload();
        }
    }

    private void publishReason() {
        ShutdownReason reason = decided;
        decided = null;
        if (reason != null) {
            groupState.publish(reason);
        }
    }

    /** The jar may have been replaced already. */
    private static void preload() {
        try {
            PreloadList.useNow("services");
        } catch (RuntimeException | Error failure) {
            ServiceGroup.LOG.warn("not all classes that the stop needs could be loaded", failure);
        }
    }

    /**
     * Takes all possible steps, otherwise waits for a change; returns whether it must be called again. Adds the calls of
     * the log and the listeners to {@code actions}, which the caller runs without the lock.
     */
    private boolean look(List<Runnable> actions) {
        groupState.lock.lock();
        try {
            startDueServices(actions);
            long left = failLateServices(actions);
            if (groupState.isOver()) {
                return false;
            }
            boolean settled = areSettled(services);
            if (settled && groupState.isEachReadyLogged()) {
                groupState.ready();
                readyAfter = groupState.ticker.since(begunAt);
                return false;
            }
            if (!settled) {
                updateAwaited();
            }
            if (actions.isEmpty() && newlyAwaited == null) {
                groupState.ticker.awaitOrPause(groupState.lock, groupState.changed, left);
            }
            return true;
        } catch (InterruptedException e) {
            return true; // the library never interrupts this thread
        } finally {
            groupState.lock.unlock();
        }
    }

    private void updateAwaited() {
        List<String> now = new ArrayList<>();
        for (ManagedService managed : services) {
            if (!managed.isSettled()) {
                now.add(managed.name);
            }
        }
        if (!now.equals(awaited)) {
            awaited = List.copyOf(now);
            newlyAwaited = awaited;
        }
    }

    private void notifyAwaited() {
        List<String> names = newlyAwaited;
        newlyAwaited = null;
        if (names == null) {
            return;
        }
        for (ServiceGroupListener listener : groupState.listenersNow()) {
            try {
                listener.onWaiting(names);
            } catch (Throwable failure) {
                ServiceGroupState.listenerFailed(failure);
            }
        }
    }

    private static boolean areSettled(List<ManagedService> services) {
        for (ManagedService managed : services) {
            if (!managed.isSettled()) {
                return false;
            }
        }
        return true;
    }

    private void startDueServices(List<Runnable> actions) {
        for (ManagedService managed : services) {
            if (!groupState.isOver() && managed.state() == ServiceState.WAITING && areSettled(managed.dependencies)) {
                start(managed, actions);
            }
        }
    }

    private void start(ManagedService managed, List<Runnable> actions) {
        try {
            Thread thread = NamedThreads.nonDaemon("service-" + managed.name, new ServiceRunner(managed, groupState));
            thread.setContextClassLoader(groupState.contextLoader());
            managed.starts(thread, Deadline.after(groupState.ticker, startTimeout));
            thread.start();
        } catch (Throwable t) { // for example an OutOfMemoryError: the thread cannot be created
            fail(managed, t, actions);
            managed.ends(false);
        }
    }

    /** Returns the nanoseconds until the next service is late. */
    private long failLateServices(List<Runnable> actions) {
        long least = Long.MAX_VALUE;
        for (ManagedService managed : services) {
            if (managed.state().hasThread() && !managed.isSettled()) {
                long left = managed.startTimeLeft();
                if (left <= 0) {
                    handleLate(managed, actions);
                } else {
                    least = Math.min(least, left);
                }
            }
        }
        return least;
    }

    private void handleLate(ManagedService managed, List<Runnable> actions) {
        Exception late = managed.late(startTimeout);
        if (managed.isOptional()) {
            managed.isNotWaitedFor(late);
            actions.add(() -> ServiceGroup.LOG.warn("no longer waiting for '{}'", managed.name, late));
        } else {
            fail(managed, late, actions);
        }
    }

    private void fail(ManagedService managed, Throwable failure, List<Runnable> actions) {
        managed.fails(failure);
        if (managed.isOptional()) {
            actions.add(() -> ServiceGroup.LOG.warn("'{}' failed; the other services continue", managed.name, failure));
        } else {
            ShutdownReason reason = new ShutdownReason.ServiceFailed(managed.name, failure);
            boolean first = groupState.decide(reason);
            if (first) {
                decided = reason;
            }
            actions.add(() -> ServiceGroup.LOG.error("'{}' failed{}", managed.name, first ? "" : " also", failure));
        }
    }
}
