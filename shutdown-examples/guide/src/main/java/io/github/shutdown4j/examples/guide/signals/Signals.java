package io.github.shutdown4j.examples.guide.signals;

import java.nio.file.Path;
import java.util.Properties;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.trigger.ShutdownReason;
import io.github.shutdown4j.trigger.ShutdownTrigger;
import io.github.shutdown4j.trigger.SignalHandler;
import io.github.shutdown4j.trigger.Subscription;

/** Requests a shutdown, subscribes to it, and reloads. */
final class Signals {

    private Signals() {}

    static void ask(ShutdownCoordinator coordinator) {
        coordinator.shutdown("POST /admin/shutdown");
    }

    static void quiet(ShutdownCoordinator coordinator) {
        coordinator.quiet("deploy of release 42");
    }

    static void subscribe(ShutdownCoordinator coordinator, Thread crawler) {
        Subscription subscription = coordinator.trigger().subscribe(reason -> crawler.interrupt());
        subscription.close(); // when it is no longer wanted
    }

    static void reload(ShutdownCoordinator coordinator, Limits limits) {
        coordinator.reloader().subscribe("limits", () -> limits.apply(Limits.read()));
    }

    static void reloadLimits(ShutdownCoordinator coordinator) {
        coordinator
                .reloader()
                .subscribe("shutdown limits", () -> coordinator.reconfigure(ShutdownConfig.load(Path.of("app.toml"))));
    }

    static void reloadByCall(ShutdownCoordinator coordinator) {
        coordinator
                .reloader()
                .reload("POST /admin/reload")
                .thenAccept(report -> System.out.println(report.isClean() ? "reloaded" : report.steps()));
    }

    static void alone(Server server) throws InterruptedException {
        var trigger = ShutdownTrigger.create();
        try (SignalHandler signals = SignalHandler.install(trigger)) {
            ShutdownReason reason = trigger.await();
            System.out.println(reason.text());
            server.stop();
        }
    }

    interface Server {
        void stop();
    }

    interface Limits {
        void apply(Properties values);

        static Properties read() {
            return new Properties();
        }
    }
}
