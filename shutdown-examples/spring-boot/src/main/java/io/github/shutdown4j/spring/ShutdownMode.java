package io.github.shutdown4j.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** Defines what controls the end of a Spring Boot process. */
enum ShutdownMode {
    /** {@code shutdown4j.enabled=false}: only Spring. */
    OFF,

    /** Spring's hook closes the context, and the coordinator runs its phases before the beans are destroyed. */
    EMBEDDED,

    /** The coordinator handles the signals, closes the context and exits. */
    OWNER;

    /** Set by {@code @SpringBootTest}. */
    private static final String IN_A_TEST = "org.springframework.boot.test.context.SpringBootTestContextBootstrapper";

    private static final String RESTARTED = "org.springframework.boot.devtools.restart.classloader.RestartClassLoader";

    static ShutdownMode of(Environment environment) {
        if (!environment.getProperty("shutdown4j.enabled", Boolean.class, true)) {
            return OFF;
        }
        boolean embedded = environment.getProperty("shutdown4j.embedded", Boolean.class, false)
                || environment.containsProperty(IN_A_TEST)
                || isRestarted(Thread.currentThread().getContextClassLoader());
        return embedded ? EMBEDDED : OWNER;
    }

    /** Whether the development tools run the application; they close its context and start another one in the same JVM. */
    private static boolean isRestarted(@Nullable ClassLoader loader) {
        return loader != null && loader.getClass().getName().equals(RESTARTED);
    }
}
