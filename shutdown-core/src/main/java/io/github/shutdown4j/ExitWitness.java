package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Finds out who keeps an exit from ending. Hooks of other libraries are threads that begin only when the JVM exits, so
 * the threads that are alive now and were not before the exit are those hooks and what they have started.
 */
final class ExitWitness {

    private volatile Set<Thread> before = Set.of();
    private volatile long exitStarted;

    /** To be called just before {@code exit}. */
    void beforeExit() {
        exitStarted = System.nanoTime();
        before = liveThreads();
    }

    /** The threads that came since, with their stacks. */
    String describeHooks() {
        Set<Thread> since = liveThreads();
        since.removeAll(before);
        since.remove(Thread.currentThread());
        Duration age = Duration.ofNanos(System.nanoTime() - exitStarted);
        List<UnfinishedWork> hooks = new ArrayList<>();
        for (Thread thread : since) {
            hooks.add(UnfinishedWork.of("a JVM shutdown hook, or a thread it started", age, thread));
        }
        return PhaseWatch.describe(hooks.size(), hooks);
    }

    private static Set<Thread> liveThreads() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[root.activeCount() + 64];
        int count = root.enumerate(threads, true);
        Set<Thread> live = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < count; i++) {
            live.add(threads[i]);
        }
        return live;
    }
}
