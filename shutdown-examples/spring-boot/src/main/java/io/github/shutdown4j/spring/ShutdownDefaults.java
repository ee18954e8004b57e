package io.github.shutdown4j.spring;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Properties that a Spring Boot application needs when the coordinator ends it. They have the lowest precedence, so an
 * application can still say otherwise.
 */
final class ShutdownDefaults implements EnvironmentPostProcessor {

    private static final Map<String, Object> DEFAULTS = Map.of(
            // The coordinator hears the signals and closes the context; this hook would close it at once, beside it.
            "spring.main.register-shutdown-hook", "false",
            // And this one would stop the log beside it, when the JVM exits by itself.
            "logging.register-shutdown-hook", "false",
            // When the context is closed, requests that the coordinator does not count may finish, such as probes. That
            // takes less than the limit of a resource, a third of shutdown.timeout_secs.
            "server.shutdown", "graceful",
            "spring.lifecycle.timeout-per-shutdown-phase", "5s",
            // WebFlux on Netty: else it would wait two seconds for silence, after the drain.
            "spring.reactor.netty.shutdown-quiet-period", "0s",
            // /actuator/health/readiness and /actuator/health/liveness
            "management.endpoint.health.probes.enabled", "true");

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        environment.getPropertySources().addLast(new MapPropertySource("shutdown4j defaults", DEFAULTS));
    }
}
