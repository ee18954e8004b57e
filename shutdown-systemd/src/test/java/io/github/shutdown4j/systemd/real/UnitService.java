package io.github.shutdown4j.systemd.real;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.shutdown4j.PhaseReport;
import io.github.shutdown4j.ReloadReport;
import io.github.shutdown4j.ShutdownPhase;
import io.github.shutdown4j.ShutdownReason;
import io.github.shutdown4j.ShutdownReport;
import io.github.shutdown4j.ShutdownSignal;
import io.github.shutdown4j.StepResult;
import io.github.shutdown4j.systemd.SystemdListener;
import io.github.shutdown4j.systemd.WatchdogPolicy;

/**
 * The service that the units of the tests run: what a coordinator would tell, told by hand. Options are
 * {@code name=value}: {@code start=fail}; {@code sick=MS} is unhealthy after that time; {@code trigger=yes};
 * {@code policy=UNGUARDED}; {@code drain=MS} for the stop, {@code progress=no} for one in which nothing ends;
 * {@code self=MS} stops by itself; {@code reload=MS}, {@code reload-fails=yes}.
 */
public final class UnitService {

    private final Map<String, String> options;
    private final SystemdListener listener;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile ShutdownReason reason = new ShutdownReason.Signalled(ShutdownSignal.TERMINATE);

    private UnitService(Map<String, String> options) {
        this.options = options;
        AtomicBoolean healthy = new AtomicBoolean(true);
        after("sick", () -> healthy.set(false));
        listener = SystemdListener.builder()
                .watchdog(watchdog -> {
                    watchdog.healthCheck(healthy::get);
                    watchdog.policy(WatchdogPolicy.valueOf(options.getOrDefault("policy", "GUARDED")));
                    if (options.containsKey("trigger")) {
                        watchdog.triggerWhenUnhealthy();
                    }
                })
                .build();
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = Stream.of(args)
                .map(arg -> arg.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        System.exit(new UnitService(options).run());
    }

    private int run() throws Exception {
        listener.onWaiting(List.of("postgres"));
        if ("fail".equals(options.get("start"))) {
            listener.onShutdown(new ShutdownReason.ServiceFailed("http", new IllegalStateException("port taken")));
            return 1;
        }
        Signals.handle("TERM", stop::countDown);
        Signals.handle("HUP", this::reload);
        listener.onReady();
        after("self", () -> {
            reason = new ShutdownReason.Requested("itself");
            stop.countDown();
        });
        stop.await();

        listener.onShutdown(reason);
        long drain = millis("drain", 0);
        Duration budget = Duration.ofMillis(drain + 1000);
        listener.onPhase(ShutdownPhase.DRAIN, budget);
        long begin = System.nanoTime();
        long elapsed = 0;
        while (elapsed < drain) {
            long unfinished = options.containsKey("progress") ? 7 : (drain - elapsed) / 250 + 1;
            listener.onProgress(ShutdownPhase.DRAIN, unfinished, budget.minusMillis(elapsed));
            Thread.sleep(50);
            elapsed = (System.nanoTime() - begin) / 1_000_000;
        }
        Duration took = Duration.ofMillis(elapsed);
        listener.onFinished(new ShutdownReport(
                reason,
                Instant.now(),
                took,
                0,
                List.of(new PhaseReport(
                        ShutdownPhase.DRAIN,
                        Duration.ZERO,
                        took,
                        budget,
                        List.of(StepResult.done("http", Duration.ZERO, took, ""))))));
        return 0;
    }

    private void reload() {
        listener.onReloadStarted("SIGHUP");
        sleep(millis("reload", 0));
        StepResult step = options.containsKey("reload-fails")
                ? StepResult.failed("limits", Duration.ZERO, Duration.ZERO, new IllegalStateException("no number"))
                : StepResult.done("limits", Duration.ZERO, Duration.ZERO, "");
        listener.onReloadFinished(new ReloadReport("SIGHUP", Duration.ofMillis(1), List.of(step)));
    }

    private long millis(String option, long otherwise) {
        return options.containsKey(option) ? Long.parseLong(options.get(option)) : otherwise;
    }

    private void after(String option, Runnable action) {
        if (options.containsKey(option)) {
            Thread timer = new Thread(() -> {
                sleep(millis(option, 0));
                action.run();
            });
            timer.setDaemon(true);
            timer.start();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
