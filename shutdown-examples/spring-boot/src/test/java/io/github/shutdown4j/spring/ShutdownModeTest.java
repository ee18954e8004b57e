package io.github.shutdown4j.spring;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/** If the coordinator does not own the process, Spring's hooks must be registered. */
class ShutdownModeTest {

    private static final String CONTEXT_HOOK = "spring.main.register-shutdown-hook";
    private static final String LOG_HOOK = "logging.register-shutdown-hook";

    private static MockEnvironment withDefaults(MockEnvironment environment) {
        new ShutdownDefaults().postProcessEnvironment(environment, new SpringApplication());
        return environment;
    }

    @Test
    void theOwnerReplacesTheHooks() {
        MockEnvironment environment = withDefaults(new MockEnvironment());
        assertThat(ShutdownMode.of(environment)).isEqualTo(ShutdownMode.OWNER);
        assertThat(environment.getProperty(CONTEXT_HOOK)).isEqualTo("false");
        assertThat(environment.getProperty(LOG_HOOK)).isEqualTo("false");
    }

    @ParameterizedTest
    @CsvSource({
        "shutdown4j.enabled,  false, OFF",
        "shutdown4j.embedded, true,  EMBEDDED",
        "org.springframework.boot.test.context.SpringBootTestContextBootstrapper, true, EMBEDDED",
    })
    void springKeepsItsHooksWhereTheCoordinatorIsNotTheOwner(String property, String value, ShutdownMode mode) {
        MockEnvironment environment = withDefaults(new MockEnvironment().withProperty(property, value));
        assertThat(ShutdownMode.of(environment)).isEqualTo(mode);
        assertThat(environment.getProperty(CONTEXT_HOOK)).isNull();
        assertThat(environment.getProperty(LOG_HOOK)).isNull();
    }

    @Test
    void theDevelopmentToolsCloseAContextAndStartAnotherInTheSameProcess() throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        URL jar = Path.of(System.getProperty("devtools.jar")).toUri().toURL();
        try (URLClassLoader tools = new URLClassLoader(new URL[] {jar}, before)) {
            Class<?> type = tools.loadClass("org.springframework.boot.devtools.restart.classloader.RestartClassLoader");
            thread.setContextClassLoader((ClassLoader)
                    type.getConstructor(ClassLoader.class, URL[].class).newInstance(before, new URL[0]));
            assertThat(ShutdownMode.of(new MockEnvironment())).isEqualTo(ShutdownMode.EMBEDDED);
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
