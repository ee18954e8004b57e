package io.github.shutdown4j.examples.guide.observing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;

import io.github.shutdown4j.ShutdownCoordinator;
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
        server.createContext("/live", exchange -> answer(exchange, health.isLive(), health.detail()));
        server.createContext("/ready", exchange -> answer(exchange, health.isReady(), health.detail()));
    }

    private static void answer(HttpExchange exchange, boolean good, String detail) throws IOException {
        try (exchange) {
            byte[] body = detail.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(good ? 200 : 503, body.length);
            exchange.getResponseBody().write(body);
        }
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
            throw new UncheckedIOException(e); // is logged; the exit goes on
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

    static void meters(MeterRegistry registry, ShutdownCoordinator coordinator) {
        new ShutdownMeters(coordinator.metrics()).bindTo(registry);
    }
}
