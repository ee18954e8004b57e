package io.github.shutdown4j.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * Interrupts threads on daemon threads of its own: an interrupt closes the channel in which its target is blocked, and
 * closing may itself block.
 */
public final class Interrupter implements Runnable {

    private final Thread target;

    private Interrupter(Thread target) {
        this.target = target;
    }

    /**
     * Starts to interrupt the threads, in this order, and returns immediately. An interrupt that blocks delays the next one
     * by some milliseconds only.
     *
     * @param log receives a warning if not even one thread can be created; the targets are not interrupted then
     */
    public static void interrupt(List<Thread> targets, ComponentLogger log) {
        try {
            if (targets.size() == 1) {
                NamedThreads.daemon("interrupter", new Interrupter(targets.get(0)))
                        .start();
            } else if (!targets.isEmpty()) {
                List<Interrupter> all = new ArrayList<>(targets.size());
                for (Thread target : targets) {
                    all.add(new Interrupter(target));
                }
                CallbackExecutor threads = new CallbackExecutor("interrupter", log, Ticker.system());
                NamedThreads.daemon("interrupter", () -> interruptAll(threads, all))
                        .start();
            }
        } catch (Throwable noThread) {
            log.warn("cannot create a thread to interrupt timed-out work, abandoning it", noThread);
        }
    }

    private static void interruptAll(CallbackExecutor threads, List<Interrupter> all) {
        threads.executeAll(all);
        while (threads.retry()) {
            threads.runNext();
        }
    }

    @Override
    public void run() {
        target.interrupt();
    }
}
