package io.github.shutdown4j.internal;

import java.util.List;

/**
 * Interrupts threads on a separate daemon thread: an interrupt closes the channel in which its target is blocked, and
 * closing may itself block.
 */
public final class Interrupter implements Runnable {

    private final List<Thread> targets;

    private Interrupter(List<Thread> targets) {
        this.targets = targets;
    }

    /**
     * Starts to interrupt the threads, in this order, and returns immediately.
     *
     * @param log receives a warning if no thread can be created; the targets are not interrupted then
     */
    public static void interrupt(List<Thread> targets, ComponentLogger log) {
        if (targets.isEmpty()) {
            return;
        }
        try {
            NamedThreads.daemon("interrupter", new Interrupter(targets)).start();
        } catch (Throwable noThread) {
            log.warn("cannot create a thread to interrupt timed-out work, abandoning it", noThread);
        }
    }

    @Override
    public void run() {
        targets.forEach(Thread::interrupt);
    }
}
