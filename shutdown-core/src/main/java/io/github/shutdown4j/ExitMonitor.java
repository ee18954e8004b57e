package io.github.shutdown4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.ComponentLogger;
import io.github.shutdown4j.internal.NamedThreads;
import io.github.shutdown4j.internal.ProcessExit;
import io.github.shutdown4j.internal.Sleeper;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.UnfinishedWork;

/**
 * Finds the threads that delay an exit. Shutdown hooks of other libraries are threads that start when the JVM exits, so
 * threads that are alive now but were not before the exit are hooks or were started by hooks. If {@code exit} was called
 * elsewhere, the threads before it are unknown, and every non-daemon thread is a candidate.
 */
final class ExitMonitor {

    /** The start of the exit, and the threads that were alive before it, if known. */
    private record Exit(long since, @Nullable Set<Thread> before) {}

    private static final ComponentLogger LOG = ShutdownLog.LOGGER;

    private final Ticker ticker;
    private volatile @Nullable Exit exit;

    ExitMonitor(Ticker ticker) {
        this.ticker = ticker;
    }

    /**
     * Exits. Returns only if a test has replaced the exit, or a security manager forbids it: a further signal then has the
     * effect that it had before the coordinator.
     */
    void exit(ProcessExit process, int code, Duration lineEvery) {
        beforeExit(lineEvery);
        try {
            exitOrPause(process, code);
        } catch (RuntimeException | Error refusal) {
            LOG.error("cannot exit with exit code {}, another signal ends the process", code, refusal);
        }
        exitReturned();
    }

    private static void exitOrPause(ProcessExit process, int code) {
        while (true) { // the halt timer bounds this
            try {
                process.exit(code);
                return;
            } catch (OutOfMemoryError tooLittleMemory) {
                Ticker.pause();
            }
        }
    }

    /** Call just before {@code exit}. Logs every few seconds which threads delay it. Throws nothing. */
    void beforeExit(Duration lineEvery) {
        try {
            exit = new Exit(ticker.nanoTime(), liveThreads());
            NamedThreads.daemon("exit-monitor", new DelayLog(lineEvery)).start();
        } catch (RuntimeException | Error noThread) {
            logUnreported(noThread);
        }
    }

    private static void logUnreported(Throwable noThread) {
        try {
            LOG.warn("cannot create a thread, a delayed exit is not reported", noThread);
        } catch (VirtualMachineError tooLittleMemory) {
            // Even the literal needs some when it is first used.
        }
    }

    /** Stops the monitor: the process continues because a test has replaced the exit. */
    void exitReturned() {
        exit = null;
    }

    /** The body of the thread that logs. */
    private final class DelayLog implements Runnable {

        private final Duration every;

        DelayLog(Duration every) {
            this.every = every;
        }

        @Override
        public void run() {
            Sleeper pause = new Sleeper(ticker);
            try {
                pause.sleep(every);
                while (exit != null) {
                    logDelay();
                    pause.sleep(every);
                }
            } catch (InterruptedException ignored) {
                // The thread ends with the process anyway.
            }
        }
    }

    private void logDelay() {
        String training = TrainingRun.describe();
        if (!training.isEmpty()) {
            LOG.info("finished, but the exit is delayed: {}", training);
            return;
        }
        String hooks = describeHooks();
        LOG.warn(
                "finished, but the exit is delayed; unfinished:{}",
                ComponentLogger.lines(hooks.isEmpty() ? " nothing that can be seen" : hooks));
    }

    /** Call when other code has started an exit. */
    void duringExit() {
        exit = new Exit(ticker.nanoTime(), null);
    }

    /** The threads that may delay the exit, with their stacks. */
    String describeHooks() {
        Exit known = exit;
        if (known == null) {
            return "";
        }
        Set<Thread> candidates = liveThreads();
        candidates.remove(Thread.currentThread());
        candidates.removeIf(ExitMonitor::isOfTheJvm);
        String name = "a JVM shutdown hook, or a thread it started";
        if (known.before() == null) {
            candidates.removeIf(Thread::isDaemon);
            name = "a thread, perhaps a JVM shutdown hook";
        } else {
            candidates.removeAll(known.before());
        }
        Duration age = ticker.since(known.since());
        List<UnfinishedWork> found = new ArrayList<>();
        for (Thread thread : candidates) {
            found.add(UnfinishedWork.of(name, age, thread));
        }
        return PhaseProgressMonitor.describe(found.size(), found);
    }

    /** Whether it is a signal handler of the JVM or a thread of this library. */
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
