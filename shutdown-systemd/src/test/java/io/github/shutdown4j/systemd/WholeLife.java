package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.trigger.ShutdownReason;

/** A child process that triggers all events of a listener and prints the result of a last message. */
final class WholeLife {

    private WholeLife() {}

    public static void main(String[] args) {
        SystemdListener listener = SystemdListener.builder()
                .watchdog(options -> options.healthCheck(() -> true))
                .build();
        ShutdownReason reason = new ShutdownReason.Requested("main");
        listener.onWaiting(List.of("nothing"));
        listener.onReady();
        listener.onReloadStarted("main");
        listener.onReloadFinished(new ReloadReport("main", Duration.ZERO, List.of()));
        listener.onShutdown(reason);
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            listener.onPhaseStarted(phase, Duration.ofSeconds(1));
            listener.onProgress(phase, 1, Duration.ofSeconds(1));
        }
        listener.onFinished(new ShutdownReport(reason, Instant.EPOCH, Duration.ZERO, 0, List.of()));
        System.out.println(listener.notifier().send(SystemdMessage.raw("X_LAST", "1")));
        Thread.getAllStackTraces().keySet().forEach(thread -> System.out.println("thread " + thread.getName()));
        for (String property : List.of("jna.platform.library.path", "jna.boot.library.path")) {
            System.out.println(property + "=" + System.getProperty(property));
        }
        System.out.println("alive");
    }
}
