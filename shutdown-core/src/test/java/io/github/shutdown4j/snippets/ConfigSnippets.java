package io.github.shutdown4j.snippets;

import java.nio.file.Path;
import java.time.Duration;

import io.github.shutdown4j.config.ForceOn;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigException;
import io.github.shutdown4j.config.ShutdownSetting;

final class ConfigSnippets {

    private ConfigSnippets() {}

    static ShutdownConfig builder() {
        ShutdownConfig config = ShutdownConfig.builder()
                .timeout(Duration.ofSeconds(25)) // docker stop -t 30 leaves 5 s for the exit
                .announceDelay(Duration.ofSeconds(5)) // until the load balancer has noticed
                .drainTimeout(Duration.ofSeconds(15))
                .build();
        return config;
    }

    static ShutdownConfig loader() {
        ShutdownConfig config = ShutdownConfig.loader()
                .file(Path.of("/etc/shop/shutdown.toml"))
                .environment(System.getenv())
                .prefix("SHOP") // SHOP_SHUTDOWN_TIMEOUT_SECS overrides the file
                .load();
        return config;
    }

    static void exception() {
        try {
            ShutdownConfig.load(Path.of("shop.toml"));
        } catch (ShutdownConfigException mistakes) {
            mistakes.problems().forEach(problem -> System.err.println(problem.text()));
            System.exit(78); // EX_CONFIG
        }
    }

    static void settings() {
        for (ShutdownSetting setting : ShutdownSetting.values()) {
            System.out.println(setting.key() + ", default " + setting.defaultValue() + ": " + setting.meaning());
        }
    }

    static ShutdownConfig forceOn() {
        return ShutdownConfig.builder().forceOn(ForceOn.ANY).build(); // a second kill ends the process at once
    }
}
