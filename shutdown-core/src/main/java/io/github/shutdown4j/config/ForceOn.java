package io.github.shutdown4j.config;

import java.util.Locale;

import io.github.shutdown4j.trigger.ShutdownSignal;

/** Which repeated signal ends a shutdown that is already going on at once, by force. */
public enum ForceOn {
    /** Any second signal. */
    ANY,
    /** A second interrupt, such as Ctrl-C; a repeated termination request is only logged. */
    INTERRUPT,
    /** None: repeated signals are only logged. */
    NEVER;

    /** Whether a repeated {@code signal} forces. */
    public boolean includes(ShutdownSignal signal) {
        return this == ANY || (this == INTERRUPT && signal == ShutdownSignal.INTERRUPT);
    }

    /** The name as configuration files and variables write it, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
