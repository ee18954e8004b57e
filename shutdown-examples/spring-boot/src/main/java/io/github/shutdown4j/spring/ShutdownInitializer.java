package io.github.shutdown4j.spring;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Starts a coordinator before the context has any bean, so that a signal is handled during the whole start. It is a bean named
 * {@code shutdownCoordinator}; its trackers are named {@code shutdownRequests} and {@code shutdownScheduledRuns}.
 *
 * <p>A context whose parent has a coordinator gets none of its own: both end together. Below another parent, which is not
 * closed here, it has its own. While classes are generated ahead of time, nothing is started.
 */
final class ShutdownInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final boolean HAS_WEB = ClassUtils.isPresent(
            "org.springframework.boot.web.server.context.WebServerApplicationContext",
            ShutdownInitializer.class.getClassLoader());

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment environment = context.getEnvironment();
        ShutdownMode mode = ShutdownMode.of(environment);
        if (mode == ShutdownMode.OFF) {
            return;
        }
        ApplicationContext parent = context.getParent();
        SpringShutdown ofTheParent = parent == null
                ? null
                : parent.getBeanProvider(SpringShutdown.class).getIfAvailable();
        if (ofTheParent != null) {
            ofTheParent.add(context);
            return;
        }
        SpringShutdown shutdown =
                new SpringShutdown(context, SpringSettings.from(environment), mode, HAS_WEB && isWeb(context));
        context.getBeanFactory().registerSingleton("springShutdown", shutdown);
        context.getBeanFactory().registerSingleton("shutdownCoordinator", shutdown.coordinator());
        context.getBeanFactory().registerSingleton("shutdownRequests", shutdown.requests());
        context.getBeanFactory().registerSingleton("shutdownScheduledRuns", shutdown.scheduledRuns());
        if (!Boolean.getBoolean("spring.aot.processing")) {
            shutdown.coordinator().start();
            context.addApplicationListener(shutdown);
            context.getBeanFactory().registerSingleton("shutdownReadiness", shutdown.readinessListener());
        }
    }

    private static boolean isWeb(ConfigurableApplicationContext context) {
        return context instanceof WebServerApplicationContext;
    }
}
