package io.github.shutdown4j.examples.guide.observing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

import com.sun.net.httpserver.HttpServer;

import io.github.shutdown4j.HealthHandler;
import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.ShutdownHealth;
import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;

/** Health, report, listener and metrics. */
final class Observing {

    private Observing() {}

    static void health(HttpServer server, ShutdownCoordinator coordinator) {
        var health = coordinator.health();
        server.createContext("/live", HealthHandler.live(health));
        server.createContext("/ready", HealthHandler.ready(health));
    }

    static void checks(ShutdownHealth health, DataSource pool) {
        health.addCheck("db", () -> isValid(pool), Duration.ofSeconds(2))
                .addCheck("disk", () -> freeSpace() > 1_000_000_000L, Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    private static boolean isValid(DataSource pool) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(1);
        }
    }

    private static long freeSpace() throws IOException {
        return Files.getFileStore(Path.of(".")).getUsableSpace();
    }

    static ShutdownCoordinator report(Path file) {
        return ShutdownCoordinator.builder()
                .onFinished(report -> write(file, report))
                .build();
    }

    private static void write(Path file, ShutdownReport report) {
        try {
            Files.writeString(file, report.toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // is logged; the exit continues
        }
    }

    static final class Alarm implements ShutdownListener {

        @Override
        public void onStep(ShutdownPhase phase, StepResult step) {
            if (step.outcome() != Outcome.DONE) {
                System.err.println(phase.label() + ": " + step.name() + " " + step.outcome());
            }
        }
    }
}
