package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.SafeLog;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Finds out who keeps an exit from ending. Hooks of other libraries are threads that begin only when the JVM exits, so
 * the threads that are alive now and were not before the exit are those hooks and what they have started. Where somebody
 * else has called {@code exit}, nobody has looked before; then it may be any thread that is alive and no daemon.
 */
final class ExitMonitor {

    /** When the exit began, and who was there before it, if known. */
    private record Exit(long since, @Nullable Set<Thread> before) {}

    private static final Logger log = LoggerFactory.getLogger(ShutdownCoordinator.class);

    private final Ticker ticker;
    private volatile @Nullable Exit exit;

    ExitMonitor(Ticker ticker) {
        this.ticker = ticker;
    }

    /** To be called just before {@code exit}; from now on says who holds it up, every few seconds. */
    void beforeExit(Duration lineEvery) {
        exit = new Exit(ticker.nanoTime(), liveThreads());
        SafeLog.say(() -> NamedThreads.daemon("exit-watch", () -> sayWhoHoldsTheExit(lineEvery))
                .start());
    }

    /** The process goes on: the exit was a test's. */
    void exitReturned() {
        exit = null;
    }

    private void sayWhoHoldsTheExit(Duration every) {
        Sleeper pause = new Sleeper(ticker);
        try {
            pause.sleep(every);
            while (exit != null) {
                log.warn("Shutdown: done, but the exit is held up; unfinished:{}", describeHooks());
                pause.sleep(every);
            }
        } catch (InterruptedException enough) {
            // It ends with the process anyway.
        }
    }

    /** To be called when somebody else has begun to exit. */
    void duringExit() {
        exit = new Exit(ticker.nanoTime(), null);
    }

    /** Who may keep the exit from ending, with their stacks. */
    String describeHooks() {
        Exit known = exit;
        if (known == null) {
            return "";
        }
        Set<Thread> suspects = liveThreads();
        suspects.remove(Thread.currentThread());
        suspects.removeIf(ExitMonitor::isOfTheJvm);
        String name = "a JVM shutdown hook, or a thread it started";
        if (known.before() == null) {
            suspects.removeIf(Thread::isDaemon);
            name = "a thread, perhaps a JVM shutdown hook";
        } else {
            suspects.removeAll(known.before());
        }
        Duration age = ticker.since(known.since());
        List<UnfinishedWork> found = new ArrayList<>();
        for (Thread thread : suspects) {
            found.add(UnfinishedWork.of(name, age, thread));
        }
        return PhaseProgressMonitor.describe(found.size(), found);
    }

    /** A handler of a signal, or a thread of ours. */
    private static boolean isOfTheJvm(Thread thread) {
        String name = thread.getName();
        return (name.startsWith("SIG") && name.endsWith(" handler")) || NamedThreads.isOurs(thread);
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
