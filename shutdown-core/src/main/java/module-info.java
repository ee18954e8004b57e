import org.jspecify.annotations.NullMarked;

/** Shuts a JVM process down gracefully: signals, services, drain, durable state, ordered release, exit codes. */
@NullMarked
@SuppressWarnings("module") // the modules named below are built after this one
module io.github.shutdown4j {
    requires org.slf4j;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    // Contains sun.misc.Signal. Required, not optional: a runtime image made by jlink would lack it otherwise.
    requires jdk.unsupported;
    requires static com.fasterxml.jackson.dataformat.toml;
    requires static org.jspecify;
    requires static jdk.httpserver;
    requires static jdk.jfr;
    requires static java.management;
    requires static java.sql;

    exports io.github.shutdown4j;
    exports io.github.shutdown4j.checkpoint;
    exports io.github.shutdown4j.config;
    exports io.github.shutdown4j.connections;
    exports io.github.shutdown4j.events;
    exports io.github.shutdown4j.reload;
    exports io.github.shutdown4j.report;
    exports io.github.shutdown4j.resources;
    exports io.github.shutdown4j.services;
    exports io.github.shutdown4j.trigger;
    exports io.github.shutdown4j.internal to
            io.github.shutdown4j.systemd,
            io.github.shutdown4j.testing;
}
