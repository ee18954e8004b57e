package io.github.shutdown4j.examples.guide.lifecycle;

import java.nio.file.Path;
import java.time.Duration;

import io.github.shutdown4j.config.ShutdownConfig;

/** Where settings can come from. */
final class Configuring {

    private Configuring() {}

    static void sources(ShutdownConfig inCode) {
        ShutdownConfig.defaults(); // nothing set
        ShutdownConfig.builder().timeout(Duration.ofSeconds(45)).build(); // in code
        ShutdownConfig.load(Path.of("app.toml")); // a file, over it the environment, over that -D
        ShutdownConfig.fromEnvironment(); // the environment, and -D over it
        ShutdownConfig.loader() // sources of your choice, each wins over those before
                .config(inCode)
                .file(Path.of("app.json"))
                .environment(System.getenv())
                .properties(System.getProperties())
                .prefix("SHOP") // SHOP_SHUTDOWN_TIMEOUT_SECS and so on
                .load();
    }
}
