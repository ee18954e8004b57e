package io.github.shutdown4j.spring;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Properties that a Spring Boot application needs when the coordinator ends it. They have the lowest precedence, so an
 * application can override each of them. Spring keeps its hooks if the coordinator is off or embedded.
 */
final class ShutdownDefaults implements EnvironmentPostProcessor {

    private static final Map<String, Object> ALWAYS = Map.of(
            // When the context is closed, requests that the coordinator does not count may finish, such as probes. That
            // takes less than the limit of a resource, a third of shutdown.timeout_secs.
            "server.shutdown", "graceful",
            "spring.lifecycle.timeout-per-shutdown-phase", "5s",
            // WebFlux on Netty would otherwise wait two seconds for silence, after the drain.
            "spring.reactor.netty.shutdown-quiet-period", "0s",
            // /actuator/health/readiness and /actuator/health/liveness
            "management.endpoint.health.probes.enabled", "true");

    private static final Map<String, Object> WITHOUT_HOOKS = Map.of(
            // The coordinator handles the signals and closes the context; this hook would close it at the same time.
            "spring.main.register-shutdown-hook", "false",
            // This hook would stop the log during the shutdown when System.exit was called elsewhere.
            "logging.register-shutdown-hook", "false");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        ShutdownMode mode = ShutdownMode.of(environment);
        if (mode == ShutdownMode.OFF) {
            return;
        }
        Map<String, Object> defaults = new HashMap<>(ALWAYS);
        if (mode == ShutdownMode.OWNER) {
            defaults.putAll(WITHOUT_HOOKS);
        }
        environment.getPropertySources().addLast(new MapPropertySource("shutdown4j defaults", defaults));
    }
}
