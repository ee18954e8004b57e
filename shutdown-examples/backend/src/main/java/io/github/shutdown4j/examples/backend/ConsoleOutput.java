package io.github.shutdown4j.examples.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

import io.github.shutdown4j.ShutdownListener;
import io.github.shutdown4j.examples.backend.settings.Settings;
import io.github.shutdown4j.examples.backend.web.WebServer;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.trigger.ShutdownReason;

/** Prints the addresses, how to stop the process, and the result of the shutdown. */
final class ConsoleOutput implements ShutdownListener {

    private final Settings settings;
    private final Stores stores;
    private final WebServer web;
    private final Optional<RunHistory> history;

    ConsoleOutput(Settings settings, Stores stores, WebServer web, Optional<RunHistory> history) {
        this.history = history;
        this.settings = settings;
        this.stores = stores;
        this.web = web;
    }

    @Override
    public void onReady() {
        String api = "http://localhost:" + web.port();
        long process = ProcessHandle.current().pid();
        System.out.println("The backend is ready.");
        line("pages", api + "/ to watch it, " + api + "/docs to read and try its API, " + api + "/openapi.json");
        line("health", api + "/health/ready, /health/live, and /metrics for Prometheus");
        line(
                "PostgreSQL",
                settings.databaseUrl().isPresent()
                        ? settings.shownDatabaseUrl()
                        : own(stores.database().getJdbcUrl()));
        line("Redis", settings.redisUrl().isPresent() ? settings.shownRedisUrl() : own(stores.redisUrl()));
        history.ifPresent(all -> line("last run", all.text()));
        boolean underSystemd = System.getenv("NOTIFY_SOCKET") != null;
        line(
                "stop",
                underSystemd
                        ? "by systemctl stop; systemctl reload reads log level and limits again"
                        : "Ctrl-C, or kill " + process + "; kill -HUP " + process
                                + " reads log level and limits again");
    }

    private String own(String url) {
        return url + " (embedded, data in " + settings.dataDir() + ")";
    }

    private static void line(String what, String text) {
        System.out.printf("  %-11s %s%n", what, text);
    }

    /** Printed regardless of the log level, because "shutdown-backendctl --home DIR reload" waits for it. */
    @Override
    public void onReloadFinished(ReloadReport report) {
        System.out.println(
                report.isClean()
                        ? "Reloaded."
                        : report.steps().stream()
                                .filter(step -> step.outcome() != Outcome.DONE)
                                .map(step -> step.name() + ": " + step.detail().replaceAll("\\s+", " "))
                                .collect(Collectors.joining(", ", "Reload failed: ", "")));
    }

    @Override
    public void onFinished(ShutdownReport report) {
        System.out.println(report.toText());
        writeTerminationMessage(report.toText().lines().findFirst().orElse(""));
        if (report.reason() instanceof ShutdownReason.ServiceFailed failed) {
            System.err.println("Service failed: " + StartFailure.advice(failed.cause(), settings));
        }
    }

    /** Writes to the file in the variable TERMINATION_MESSAGE, which Kubernetes copies to the status of the pod. */
    private static void writeTerminationMessage(String text) {
        String file = System.getenv("TERMINATION_MESSAGE");
        if (file == null || file.isEmpty()) {
            return;
        }
        try {
            Files.writeString(Path.of(file), text + "\n");
        } catch (IOException e) {
            System.err.println("cannot write TERMINATION_MESSAGE: " + e);
        }
    }
}
