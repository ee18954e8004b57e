package io.github.shutdown4j.services;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.trigger.CheckedRunnable;
import io.github.shutdown4j.trigger.Subscription;

/**
 * A service with a start and a stop. A start that is running at the request to stop is interrupted at once, because it has
 * no other way to notice the request.
 */
final class StartStopService implements Service {

    private final CheckedRunnable start;
    private final CheckedRunnable stop;

    StartStopService(CheckedRunnable start, CheckedRunnable stop) {
        this.start = start;
        this.stop = stop;
    }

    @Override
    public void run(ServiceContext context) throws Exception {
        StartInterrupt interrupt = new StartInterrupt(Thread.currentThread());
        Subscription subscription = context.onStop((CheckedRunnable) interrupt);
        try {
            start.run();
        } finally {
            subscription.close();
            interrupt.disarm();
        }
        context.ready();
        try {
            context.awaitStop();
        } catch (InterruptedException e) {
            stopInterrupted(e);
            throw e;
        }
        stop.run();
    }

    private void stopInterrupted(InterruptedException interruption) {
        try {
            stop.run();
        } catch (Throwable t) {
            interruption.addSuppressed(t);
        }
    }

    /** Interrupts the thread during the start, never later. */
    private static final class StartInterrupt implements CheckedRunnable {

        private @Nullable Thread starting; // guarded by this
        private boolean interrupted; // guarded by this

        StartInterrupt(Thread starting) {
            this.starting = starting;
        }

        @Override
        public synchronized void run() {
            if (starting != null) {
                interrupted = true;
                starting.interrupt();
            }
        }

        /** Called by the starting thread. Clears an interrupt that came too late for the start. */
        synchronized void disarm() {
            starting = null;
            if (interrupted) {
                boolean unused = Thread.interrupted();
            }
        }
    }
}
