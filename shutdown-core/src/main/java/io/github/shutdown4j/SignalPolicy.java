package io.github.shutdown4j;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.internal.Deadline;
import io.github.shutdown4j.internal.Jfr;
import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownSignal;
import io.github.shutdown4j.trigger.ShutdownTrigger;

/**
 * Decides the effect of a signal: the first one requests the shutdown, and a repeated one may halt the process. Called by
 * signal threads of the JVM, at most two at a time for each signal.
 */
class SignalPolicy implements Consumer<ShutdownSignal> {

    /** A signal repeated within this time of the request counts as a duplicate of the first. */
    static final Duration SAME_SIGNAL = Duration.ofSeconds(1);

    private final LiveConfig config;
    private final ShutdownTrigger trigger;
    private final HaltTimer halt;
    private final PhaseProgressMonitor progress;
    private final ShutdownLog log;
    private final Ticker ticker;
    private volatile @Nullable Deadline sameSignalUntil;

    SignalPolicy(
            LiveConfig config,
            ShutdownTrigger trigger,
            HaltTimer halt,
            PhaseProgressMonitor progress,
            ShutdownLog log,
            Ticker ticker) {
        this.config = config;
        this.trigger = trigger;
        this.halt = halt;
        this.progress = progress;
        this.log = log;
        this.ticker = ticker;
    }

    /** Called when a shutdown has been requested, for any reason. */
    void requested() {
        sameSignalUntil = Deadline.after(ticker, SAME_SIGNAL);
    }

    @Override
    public void accept(ShutdownSignal signal) {
        if (trigger.request(new ShutdownReason.Signalled(signal))) {
            record(signal, "begins the shutdown");
            return;
        }
        Deadline same = sameSignalUntil;
        boolean forces =
                same != null && same.isExpired() && config.get().forceOn().includes(signal);
        if (!forces) {
            log.repeatedSignal(signal);
            record(signal, "changes nothing, shutdown already in progress");
        } else if (config.get().forceQuit()) {
            halt.force("a second " + signal, signal.exitCode());
            record(signal, "halts the process");
        } else {
            log.cannotForce(signal, progress.describeUnfinished());
            record(signal, "changes nothing, force_quit is off");
        }
    }

    /** Called last: what the signal does must not depend on a record of it. */
    void record(ShutdownSignal signal, String effect) {
        Jfr.signal(signal.toString(), effect);
    }
}
