package io.github.shutdown4j.spring;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.http11.Http11Nio2Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.resources.Resource;

import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The beans of the starter together with those of an application. */
@Timeout(240)
class StarterBeansTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class CommonNames {

        @Bean
        String requests() {
            return "the application's requests";
        }

        @Bean
        String scheduledRuns() {
            return "the application's runs";
        }
    }

    @Test
    void anApplicationHasBeansWithCommonNames() {
        try (ConfigurableApplicationContext context = run(CommonNames.class)) {
            assertThat(context.getBean("requests")).isEqualTo("the application's requests");
            assertThat(context.getBean("scheduledRuns")).isEqualTo("the application's runs");
        }
    }

    private static ProtocolHandler protocolOf(ConfigurableApplicationContext context) {
        WebServer server = ((WebServerApplicationContext) context).getWebServer();
        return ((TomcatWebServer) server).getTomcat().getConnector().getProtocolHandler();
    }

    @Test
    void tomcatServesTheQueueOfItsPortWhenItClosesIt() {
        try (ConfigurableApplicationContext context = run(CommonNames.class)) {
            assertThat(protocolOf(context)).isExactlyInstanceOf(DrainingProtocol.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OwnProtocol {

        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        WebServerFactoryCustomizer<TomcatWebServerFactory> nio2() {
            return factory -> factory.setProtocol(Http11Nio2Protocol.class.getName());
        }
    }

    @Test
    void theProtocolThatAnApplicationChoosesIsKept() {
        try (ConfigurableApplicationContext context = run(OwnProtocol.class)) {
            assertThat(protocolOf(context)).isExactlyInstanceOf(Http11Nio2Protocol.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OwnCoordinator {

        @Bean
        ShutdownCoordinator mine() {
            return ShutdownCoordinator.builder().embedded().build();
        }
    }

    @Test
    void aSecondCoordinatorIsRefusedByItsName() {
        assertThatThrownBy(() -> run(OwnCoordinator.class))
                .hasMessageContaining("bean 'mine' is a second ShutdownCoordinator")
                .hasMessageContaining("shutdown4j.enabled=false");
    }

    @Test
    void withTheStarterOffTheApplicationHasItsOwnCoordinator() {
        try (ConfigurableApplicationContext context = run(OwnCoordinator.class, "--shutdown4j.enabled=false")) {
            assertThat(context.getBeansOfType(ShutdownCoordinator.class)).containsOnlyKeys("mine");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Lazy {

        @Bean
        Resource outbox() {
            return Resource.of("outbox", -1, () -> {});
        }
    }

    @Test
    void lazyBeansAreResourcesAsWell() {
        try (ConfigurableApplicationContext context = run(Lazy.class, "--spring.main.lazy-initialization=true")) {
            assertThat(context.getBean(ShutdownCoordinator.class).plan().toText())
                    .contains("1. 'outbox', priority -1");
        }
    }

    @Test
    void contextThatClosesDoesNotUseTheActuator() {
        try (ConfigurableApplicationContext context = run(Lazy.class)) {
            assertThat(context.getBeanFactory()
                            .getBeanDefinition("shutdownEndpoint")
                            .getDestroyMethodName())
                    .isEmpty();
        }
    }

    /** A class that cannot be extended. */
    private static final class FinalScheduler implements TaskScheduler {

        private final ThreadPoolTaskScheduler pool = new ThreadPoolTaskScheduler();

        FinalScheduler() {
            pool.initialize();
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, Trigger trigger) {
            return pool.schedule(task, trigger);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, Instant startTime) {
            return pool.schedule(task, startTime);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Instant startTime, Duration period) {
            return pool.scheduleAtFixedRate(task, startTime, period);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, Duration period) {
            return pool.scheduleAtFixedRate(task, period);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Instant startTime, Duration delay) {
            return pool.scheduleWithFixedDelay(task, startTime, delay);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, Duration delay) {
            return pool.scheduleWithFixedDelay(task, delay);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class OwnScheduler {

        @Bean
        TaskScheduler scheduler() {
            return new FinalScheduler();
        }
    }

    @Test
    void aSchedulerOfAFinalClassIsCountedToo() throws Exception {
        try (ConfigurableApplicationContext context = run(OwnScheduler.class)) {
            ConnectionTracker runs = context.getBean("shutdownScheduledRuns", ConnectionTracker.class);
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch mayContinue = new CountDownLatch(1);
            var run = context.getBean(TaskScheduler.class)
                    .schedule(
                            () -> {
                                begun.countDown();
                                awaitUninterruptibly(mayContinue);
                            },
                            Instant.now());
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(runs.inFlight()).isEqualTo(1);
            mayContinue.countDown();
            run.get(60, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(60)).until(() -> runs.inFlight() == 0);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
