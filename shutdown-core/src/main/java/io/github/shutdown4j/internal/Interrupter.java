package io.github.shutdown4j.internal;

import java.util.List;

/**
 * Interrupts threads, on a daemon thread of its own: an interrupt closes the channel in which its target is blocked, and
 * that may itself block.
 */
public final class Interrupter implements Runnable {

    private final List<Thread> targets;

    private Interrupter(List<Thread> targets) {
        this.targets = targets;
    }

    /**
     * Begins to interrupt them, in this order, and returns at once.
     *
     * @param log is told if no thread can be had for it; then nobody is interrupted
     */
    public static void interrupt(List<Thread> targets, ComponentLogger log) {
        if (targets.isEmpty()) {
            return;
        }
        try {
            NamedThreads.daemon("interrupter", new Interrupter(targets)).start();
        } catch (Throwable noThread) {
            log.warn("no thread to interrupt what is out of time, it is left behind instead", noThread);
        }
    }

    @Override
    public void run() {
        targets.forEach(Thread::interrupt);
    }
}
