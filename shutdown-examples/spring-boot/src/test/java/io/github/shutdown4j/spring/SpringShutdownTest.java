package io.github.shutdown4j.spring;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.scheduling.annotation.EnableScheduling;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.config.ForceOn;
import io.github.shutdown4j.config.ShutdownConfig;
import io.github.shutdown4j.config.ShutdownConfigException;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;

import static io.github.shutdown4j.spring.EmbeddedContext.ready;
import static io.github.shutdown4j.spring.EmbeddedContext.requests;
import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A context in this process, with an embedded coordinator. */
@Timeout(240)
class SpringShutdownTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Resource outbox() {
            return Resource.of("outbox", -1, () -> {});
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Broken {

        @Bean
        String broken() {
            throw new IllegalStateException("no database");
        }
    }

    @Test
    void contextClosedByOtherCodeEndsTheCoordinator() throws Exception {
        ConfigurableApplicationContext context = run(Application.class);
        ShutdownCoordinator coordinator = ready(context);
        assertThat(context.getBeansOfType(MeterBinder.class)).containsKey("shutdownMeters");
        assertThat(coordinator.plan().toText()).contains("1. 'outbox', priority -1", "2. 'spring context', priority 0");
        context.close();
        ShutdownReport report = coordinator.await();
        assertThat(report.reason().text()).isEqualTo("requested by the closed Spring context");
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void requestTurnsReadinessWaitsForTheWorkInFlightAndClosesTheContext() throws Exception {
        ConfigurableApplicationContext context = run(Application.class, "--shutdown.timeout-secs=50");
        ShutdownCoordinator coordinator = ready(context);
        assertThat(coordinator.plan().worstCase()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(50));
        ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
        assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
        ConnectionGuard inFlight = requests(context).acquire();
        coordinator.shutdown("the test");
        await().atMost(Duration.ofSeconds(60)).until(requests(context)::isClosed);
        // By the thread of the listener.
        await().atMost(Duration.ofSeconds(60))
                .until(availability::getReadinessState, ReadinessState.REFUSING_TRAFFIC::equals);
        assertThat(context.isActive()).isTrue();
        inFlight.close();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.REFUSING_TRAFFIC);
        assertThat(context.isActive()).isFalse();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableScheduling
    static class Scheduled {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayContinue = new CountDownLatch(1);
        private final AtomicInteger finished = new AtomicInteger();

        @org.springframework.scheduling.annotation.Scheduled(fixedDelay = 1)
        void report() throws InterruptedException {
            begun.countDown();
            mayContinue.await();
            finished.incrementAndGet();
        }

        @Bean
        Resource last() {
            return Resource.of("last", 500, () -> assertThat(finished).hasValue(1));
        }
    }

    /** Virtual threads need JDK 21; on 17 it is the pool twice. */
    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void aScheduledRunFinishesBeforeTheContextIsClosedAndNoOtherBegins(String virtual) throws Exception {
        ConfigurableApplicationContext context = run(Scheduled.class, "--spring.threads.virtual.enabled=" + virtual);
        ShutdownCoordinator coordinator = ready(context);
        Scheduled scheduled = context.getBean(Scheduled.class);
        assertThat(scheduled.begun.await(60, TimeUnit.SECONDS)).isTrue();
        ConnectionTracker runs = context.getBean("shutdownScheduledRuns", ConnectionTracker.class);
        assertThat(runs.inFlight()).isEqualTo(1);
        coordinator.shutdown("the test");
        await().atMost(Duration.ofSeconds(60)).until(runs::isClosed);
        scheduled.mayContinue.countDown();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(scheduled.finished).hasValue(1);
    }

    @Test
    void contextThatCannotStartIsTheFailureOfItsService() throws Exception {
        AtomicReference<ShutdownCoordinator> coordinator = new AtomicReference<>();
        SpringApplication application = new SpringApplication(Broken.class);
        application.addListeners((ApplicationListener<ApplicationPreparedEvent>) event ->
                coordinator.set(event.getApplicationContext().getBeanFactory().getBean(ShutdownCoordinator.class)));
        assertThatThrownBy(() -> application.run("--shutdown4j.embedded=true", "--server.port=0"))
                .hasRootCauseMessage("no database");
        ShutdownReport report = coordinator.get().await();
        assertThat(report.reason().text()).startsWith("service 'spring' failed").contains("no database");
        assertThat(report.exitCode()).isEqualTo(1);
    }

    @Test
    void applicationCanDoWithout() {
        try (ConfigurableApplicationContext context = run(Application.class, "--shutdown4j.enabled=false")) {
            assertThat(context.getBeansOfType(ShutdownCoordinator.class)).isEmpty();
            assertThat(context.getBeansOfType(MeterBinder.class)).doesNotContainKey("shutdownMeters");
        }
    }

    /** Requests the shutdown while Spring starts, with a request in flight. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class StoppedEarly {

        private final AtomicReference<ConnectionGuard> inFlight = new AtomicReference<>();

        @Bean
        ApplicationRunner stop(
                ShutdownCoordinator coordinator, @Qualifier("shutdownRequests") ConnectionTracker requests) {
            return arguments -> {
                inFlight.set(requests.acquire());
                coordinator.shutdown("the test");
                await().atMost(Duration.ofSeconds(60)).until(requests::isClosed);
            };
        }
    }

    @Test
    void readinessIsNotTurnedBackByTheEndOfTheStart() throws Exception {
        ConfigurableApplicationContext context = run(StoppedEarly.class);
        ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
        ShutdownCoordinator coordinator = context.getBean(ShutdownCoordinator.class);
        // The thread of the listener may turn it after the end of the start.
        await().atMost(Duration.ofSeconds(60))
                .until(availability::getReadinessState, ReadinessState.REFUSING_TRAFFIC::equals);
        context.getBean(StoppedEarly.class).inFlight.get().close();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    private static Environment environment(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        return environment;
    }

    @Test
    void settingsAreReadAsSpringWritesThem() {
        ShutdownConfig config = SpringSettings.from(environment(Map.of(
                "shutdown.timeout-secs", "45",
                "shutdown.drainTimeoutSecs", "20s",
                "shutdown.force_on", "any",
                "shutdown.watchdog.enabled", "true")));
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(45));
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.watchdog().enabled()).isTrue();
        assertThat(config.forceOn()).isEqualTo(ForceOn.ANY);
    }

    @Test
    void variablesMayBeNamedAsSpringNamesThem() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of("SHUTDOWN_TIMEOUT_SECS", "45", "SHUTDOWN_WATCHDOG_INTERVAL_SECS", "7")));
        ShutdownConfig config = SpringSettings.from(environment);
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(45));
        assertThat(config.watchdog().interval()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void mistakesInTheSettingsRefuseTheStart() {
        assertThatThrownBy(() -> run(Application.class, "--shutdown.timout-secs=5", "--shutdown.force-quit=maybe"))
                .isInstanceOf(ShutdownConfigException.class)
                .hasMessageContaining("did you mean shutdown.timeout_secs?")
                .hasMessageContaining("shutdown.force_quit = \"maybe\": expected true or false");
    }
}
