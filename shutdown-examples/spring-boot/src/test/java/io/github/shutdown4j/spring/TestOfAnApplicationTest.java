package io.github.shutdown4j.spring;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;

import io.github.shutdown4j.ShutdownCoordinator;

import static org.assertj.core.api.Assertions.assertThat;

/** An application's own test with {@code @SpringBootTest}: the context is closed, and the JVM continues. */
@Timeout(240)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
class TestOfAnApplicationTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Autowired
    private ShutdownCoordinator coordinator;

    @Autowired
    private Environment environment;

    @Test
    void theCoordinatorLeavesTheProcessAlone() throws Exception {
        assertThat(environment.getProperty("spring.main.register-shutdown-hook"))
                .as("closes the cached contexts at the end of all tests")
                .isNull();
        // No other coordinator handles the signals, or this one could not start.
        ShutdownCoordinator another =
                ShutdownCoordinator.builder().returnWhenDone().build();
        another.start();
        another.shutdown("the test");
        assertThat(another.await().isClean()).isTrue();
        assertThat(coordinator.trigger().isRequested()).isFalse();
    }
}
