package io.github.shutdown4j.config;

import java.util.Locale;

import io.github.shutdown4j.internal.Checks;
import io.github.shutdown4j.trigger.ShutdownSignal;

/**
 * Selects the repeated signals that force a running shutdown to end immediately.
 *
 * <pre>{@code
 * ShutdownConfig.builder().forceOn(ForceOn.ANY).build(); // a second kill ends the process at once
 * }</pre>
 */
public enum ForceOn {
    /** Any repeated signal. */
    ANY,
    /** A repeated interrupt, such as Ctrl-C; a repeated termination signal is only logged. */
    INTERRUPT,
    /** None: repeated signals are only logged. */
    NEVER;

    /** Returns whether a repeated {@code signal} forces the end. */
    public boolean includes(ShutdownSignal signal) {
        Checks.notNull("signal", signal);
        return this == ANY || (this == INTERRUPT && signal == ShutdownSignal.INTERRUPT);
    }

    /** Returns the name as written in configuration files and variables, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
