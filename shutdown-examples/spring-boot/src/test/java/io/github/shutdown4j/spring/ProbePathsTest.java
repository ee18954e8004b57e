package io.github.shutdown4j.spring;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;

import static io.github.shutdown4j.spring.EmbeddedContext.requests;
import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static io.github.shutdown4j.spring.EmbeddedContext.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ProbePathsTest {

    @ParameterizedTest
    @CsvSource({
        "/actuator,  /actuator,               true",
        "/actuator,  /actuator/health/ready,  true",
        "/actuator/, /actuator/health/ready,  true",
        "/actuator,  /actuators,              false",
        "/actuator,  /work,                   false",
        "/actuator,  /livez,                  false",
        "/,          /work,                   false",
        "/,          /health/ready,           false",
        "'',         /work,                   false",
    })
    void theRootOfTheServerIsNoPathOfTheActuator(String setting, String path, boolean contained) {
        MockEnvironment environment = new MockEnvironment().withProperty("management.endpoints.web.base-path", setting);
        assertThat(ProbePaths.of(environment).contains(path)).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/actuator/health, true",
        "/actuator/health,     false",
        "/api/livez,           true",
        "/api/readyz,          true",
        "/api/readyzzz,        false",
        "/livez,               false",
        "/readyz,              false",
    })
    void probesAreBelowThePathOfTheDispatcherServlet(String path, boolean contained) {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("spring.mvc.servlet.path", "/api")
                .withProperty("management.endpoint.health.probes.add-additional-paths", "true");
        assertThat(ProbePaths.of(environment).contains(path)).isEqualTo(contained);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    @Timeout(240)
    void additionalPathsOfTheProbesAreServedToTheEndWhereSpringHasThem() throws Exception {
        ConfigurableApplicationContext context = run(
                Application.class,
                "--spring.mvc.servlet.path=/api",
                "--management.endpoint.health.probes.add-additional-paths=true");
        ShutdownCoordinator coordinator = context.getBean(ShutdownCoordinator.class);
        ConnectionTracker requests = requests(context);
        assertThat(status(context, "/api/livez")).isEqualTo(200);
        assertThat(status(context, "/livez")).isEqualTo(404);
        ConnectionGuard inFlight = requests.acquire();
        try {
            coordinator.shutdown("the test");
            await().atMost(Duration.ofSeconds(60)).until(requests::isClosed);
            assertThat(status(context, "/api/livez")).isEqualTo(200);
        } finally {
            inFlight.close();
        }
        coordinator.await();
    }
}
