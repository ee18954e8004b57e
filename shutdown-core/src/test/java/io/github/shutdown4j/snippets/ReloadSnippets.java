package io.github.shutdown4j.snippets;

import java.nio.file.Path;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.reload.ReloadListener;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.StepResult;

final class ReloadSnippets {

    interface Certificates {
        void load(Path file) throws Exception;
    }

    interface Response {
        void status(int code);
    }

    interface Audit {
        void record(String text);
    }

    private ReloadSnippets() {}

    static void reloader(ShutdownCoordinator coordinator, Certificates certificates) {
        Reloader reloader = coordinator.reloader();
        reloader.subscribe("certificates", () -> certificates.load(Path.of("/etc/shop/tls.pem")));
        reloader.subscribe("limits", () -> coordinator.reconfigure(ShutdownConfig.load(Path.of("shop.toml"))));
    }

    static void report(Reloader reloader, Response response) {
        reloader.reload("POST /admin/reload").whenComplete((ReloadReport report, Throwable refused) -> {
            response.status(refused == null && report.isClean() ? 204 : 500);
        });
    }

    static void listener(Reloader reloader, Audit audit) {
        reloader.addListener(new ReloadListener() {
            public void onReloadStep(StepResult step) {
                audit.record("reloaded " + step.name() + ": " + step.outcome().label());
            }
        });
    }
}
