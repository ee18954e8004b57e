package io.github.shutdown4j.spring;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Starts a coordinator before the context has any bean, so that a signal is heard during the whole start. It is a bean named
 * {@code shutdownCoordinator}; its trackers are named {@code requests} and {@code scheduledRuns}.
 *
 * <p>A context with a parent has none of its own. {@code shutdown4j.enabled=false} leaves everything to Spring, apart from
 * the hooks, which are properties. In a test of Spring Boot the coordinator is embedded: it leaves the process alone.
 */
final class ShutdownInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String IN_A_TEST = "org.springframework.boot.test.context.SpringBootTestContextBootstrapper";
    private static final boolean HAS_WEB = ClassUtils.isPresent(
            "org.springframework.boot.web.server.context.WebServerApplicationContext",
            ShutdownInitializer.class.getClassLoader());

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        boolean enabled = environment.getProperty("shutdown4j.enabled", Boolean.class, true);
        if (!enabled || context.getParent() != null) {
            return;
        }
        boolean embedded = environment.containsProperty(IN_A_TEST)
                || environment.getProperty("shutdown4j.embedded", Boolean.class, false);
        SpringShutdown shutdown =
                new SpringShutdown(context, SpringSettings.from(environment), embedded, HAS_WEB && isWeb(context));
        context.getBeanFactory().registerSingleton("shutdownCoordinator", shutdown.coordinator());
        context.getBeanFactory().registerSingleton("requests", shutdown.requests());
        context.getBeanFactory().registerSingleton("scheduledRuns", shutdown.scheduledRuns());
        context.addApplicationListener(shutdown);
        shutdown.coordinator().start();
    }

    private static boolean isWeb(ConfigurableApplicationContext context) {
        return context instanceof WebServerApplicationContext;
    }
}
