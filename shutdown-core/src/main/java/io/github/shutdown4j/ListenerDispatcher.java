package io.github.shutdown4j;

import java.time.Duration;
import java.util.function.Consumer;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.SerialExecutor;
import io.github.shutdown4j.internal.Ticker;

/** Tells one listener what happens, in order, without ever waiting for it; except once, at the end, within a bound. */
final class ListenerDispatcher {

    /** How long the end of the process waits for a listener's last event. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ShutdownListener listener;
    private final String name;
    private final SerialExecutor queue;

    ListenerDispatcher(ShutdownListener listener, Ticker ticker) {
        this.listener = listener;
        this.name = "listener " + listener.getClass().getTypeName();
        this.queue = new SerialExecutor(name, ticker);
    }

    void tell(Consumer<ShutdownListener> event) {
        queue.add(() -> event.accept(listener));
    }

    /** Waits until it has heard all, or the deadline has passed; for a thread of ours, at its last step. */
    boolean isTold(Deadline deadline) {
        while (true) {
            try {
                return queue.awaitIdle(deadline);
            } catch (InterruptedException meantForSomethingElse) {
                // There is nothing to hand the interrupt to.
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
