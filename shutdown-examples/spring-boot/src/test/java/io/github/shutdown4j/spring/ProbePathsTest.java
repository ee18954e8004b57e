package io.github.shutdown4j.spring;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(ProbePaths.of(environment).contain(path)).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/actuator/health, true",
        "/actuator/health,     false",
        "/livez,               true",
        "/readyz,              true",
        "/readyzzz,            false",
    })
    void probesMayBeBelowThePathOfTheDispatcherServletAndOnPathsOfTheirOwn(String path, boolean contained) {
        MockEnvironment environment = new MockEnvironment()
                .withProperty("spring.mvc.servlet.path", "/api")
                .withProperty("management.endpoint.health.probes.add-additional-paths", "true");
        assertThat(ProbePaths.of(environment).contain(path)).isEqualTo(contained);
    }
}
