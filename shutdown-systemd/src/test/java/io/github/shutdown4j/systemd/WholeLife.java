package io.github.shutdown4j.systemd;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;

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
        System.out.println(last(listener.notifier()));
        Thread.getAllStackTraces().keySet().forEach(thread -> System.out.println("thread " + thread.getName()));
        for (String property : List.of("jna.platform.library.path", "jna.boot.library.path")) {
            System.out.println(property + "=" + System.getProperty(property));
        }
        System.out.println("alive");
    }

    /** Waits for room in the queue of a manager that is slow to read. */
    private static NotifyResult last(SystemdNotifier notifier) {
        long from = System.nanoTime();
        NotifyResult result = notifier.send(SystemdMessage.raw("X_LAST", "1"));
        while (result instanceof NotifyResult.Failed failed
                && failed.errno().equals(OptionalInt.of(Errno.EAGAIN.number()))
                && System.nanoTime() - from < Duration.ofMinutes(1).toNanos()) {
            LockSupport.parkNanos(1_000_000);
            result = notifier.send(SystemdMessage.raw("X_LAST", "1"));
        }
        return result;
    }
}
