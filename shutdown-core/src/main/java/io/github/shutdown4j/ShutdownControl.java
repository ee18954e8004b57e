package io.github.shutdown4j;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.shutdown4j.internal.Durations;
import io.github.shutdown4j.internal.OneLine;
import io.github.shutdown4j.internal.PreloadList;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.trigger.ShutdownReason;

/** Forwards JMX calls. Throws only exceptions that a client without this library can deserialize. */
final class ShutdownControl implements ShutdownControlMXBean {

    private static final long RELOAD_SECONDS = 60;

    private final ShutdownCoordinator coordinator;

    ShutdownControl(ShutdownCoordinator coordinator) {
        PreloadList.use("control"); // an operator looks for the first time when the shutdown hangs
        PreloadList.use("health");
        PreloadList.use("reload");
        this.coordinator = coordinator;
    }

    @Override
    public boolean shutdown(String requestedBy) {
        return coordinator.shutdown(requestedBy);
    }

    @Override
    public boolean quiet(String requestedBy) {
        return coordinator.quiet(requestedBy);
    }

    @Override
    public String reload() {
        try {
            ReloadReport report =
                    coordinator.reloader().reload("JMX").toCompletableFuture().get(RELOAD_SECONDS, TimeUnit.SECONDS);
            return text(report);
        } catch (TimeoutException late) {
            return "the reload has not ended within " + RELOAD_SECONDS + " s and continues";
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause();
            return "not reloaded: " + OneLine.of(cause == null ? refused : cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted; the reload continues";
        }
    }

    private static String text(ReloadReport report) {
        if (report.steps().isEmpty()) {
            return "there are no reload subscribers";
        }
        StringBuilder text = new StringBuilder(report.isClean() ? "reloaded" : "not all has been reloaded")
                .append(" within ")
                .append(Durations.text(report.elapsed()));
        for (StepResult step : report.steps()) {
            text.append(System.lineSeparator())
                    .append("  ")
                    .append(OneLine.plain(step.name()))
                    .append(": ")
                    .append(step.outcome().label())
                    .append(step.detail().isEmpty() ? "" : ", " + OneLine.plain(step.detail()));
        }
        return text.toString();
    }

    @Override
    public String getPhase() {
        if (!coordinator.trigger().isRequested()) {
            return "running";
        }
        return coordinator.health().isLive()
                ? coordinator.metrics().phase().map(ShutdownPhase::label).orElse("requested")
                : "finished";
    }

    @Override
    public boolean isReady() {
        return coordinator.metrics().ready() == 1;
    }

    @Override
    public String getReason() {
        return coordinator.trigger().reason().map(ShutdownReason::text).orElse("");
    }

    @Override
    public String getHealth() {
        return coordinator.health().toJson();
    }

    @Override
    public String getPlan() {
        return coordinator.plan().toText();
    }

    @Override
    public String getUnfinished() {
        return coordinator.metrics().unfinished();
    }

    @Override
    public long getInFlight() {
        return coordinator.metrics().inFlight();
    }

    @Override
    public long getAdmitted() {
        return coordinator.metrics().admitted();
    }

    @Override
    public long getRefused() {
        return coordinator.metrics().refused();
    }
}
