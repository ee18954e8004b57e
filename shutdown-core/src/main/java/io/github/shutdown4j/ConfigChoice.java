package io.github.shutdown4j;

import org.jspecify.annotations.Nullable;

import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigBuilder;

/** The configuration that a builder was given: a whole one, or single limits beside defaults, but never both. */
final class ConfigChoice {

    private @Nullable ShutdownConfig whole;
    private @Nullable ShutdownConfigBuilder limits;

    /** Sets a whole configuration; the last one counts. */
    void set(ShutdownConfig config) {
        if (limits != null) {
            throw new IllegalStateException("timeout and drainTimeout were given before; set them in the config");
        }
        whole = config;
    }

    /**
     * Returns the builder of single limits.
     *
     * @param name the limit that is to be set
     */
    ShutdownConfigBuilder limits(String name) {
        if (whole != null) {
            throw new IllegalStateException("config was given before; set " + name + " in it");
        }
        ShutdownConfigBuilder made = limits == null ? ShutdownConfig.builder() : limits;
        limits = made;
        return made;
    }

    ShutdownConfig get() {
        if (whole != null) {
            return whole;
        }
        return limits == null ? ShutdownConfig.defaults() : limits.build();
    }
}
