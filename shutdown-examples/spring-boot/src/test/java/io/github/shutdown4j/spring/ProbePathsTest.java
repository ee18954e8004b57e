package io.github.shutdown4j.spring;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ProbePathsTest {

    @ParameterizedTest
    @CsvSource({
        "/actuator,  /actuator,               true",
        "/actuator,  /actuator/health/ready,  true",
        "/actuator/, /actuator/health/ready,  true",
        "/actuator,  /actuators,              false",
        "/actuator,  /work,                   false",
        "/,          /work,                   false",
        "/,          /health/ready,           false",
        "'',         /work,                   false",
    })
    void theRootOfTheServerIsNoPathOfTheActuator(String setting, String path, boolean contained) {
        assertThat(ProbePaths.of(setting).contain(path)).isEqualTo(contained);
    }
}
