package io.github.shutdown4j.spring;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;

import static io.github.shutdown4j.spring.EmbeddedContext.requests;
import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static io.github.shutdown4j.spring.EmbeddedContext.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Contexts that other code closes, and several in one process. */
@Timeout(240)
class SpringContextsTest {

    private static final List<String> DESTROYED = new CopyOnWriteArrayList<>();
    private static final CountDownLatch GO_ON = new CountDownLatch(1);

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Parent {

        @Bean
        DisposableBean parentBean() {
            return () -> DESTROYED.add("parent");
        }

        @Bean
        Resource outbox() {
            return Resource.of("outbox", -1, () -> DESTROYED.add("outbox"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Web {

        @Bean
        DisposableBean webBean() {
            return () -> DESTROYED.add("web");
        }

        @Bean
        Resource cache() {
            return Resource.of("cache", -1, () -> DESTROYED.add("cache"));
        }

        @Bean
        Controller controller(ConfigurableApplicationContext context) {
            return new Controller(context);
        }
    }

    @RestController
    record Controller(ConfigurableApplicationContext context) {

        @GetMapping("/close")
        String close() {
            context.close();
            return "closed";
        }

        @GetMapping("/hang")
        String hang() throws InterruptedException {
            GO_ON.await();
            return "over";
        }
    }

    @BeforeEach
    void forget() {
        DESTROYED.clear();
    }

    @Test
    void theContextBelowRefusesTrafficDrainsAndIsClosedFirst() throws Exception {
        ConfigurableApplicationContext child = new SpringApplicationBuilder(Parent.class)
                .web(WebApplicationType.NONE)
                .child(Web.class)
                .web(WebApplicationType.SERVLET)
                .run("--shutdown4j.embedded=true", "--server.port=0");
        ConfigurableApplicationContext parent = (ConfigurableApplicationContext) child.getParent();
        ShutdownCoordinator coordinator = child.getBean(ShutdownCoordinator.class);
        assertThat(child.getBeansOfType(ShutdownCoordinator.class))
                .as("one coordinator, in the parent")
                .isEmpty();
        assertThat(coordinator.plan().toText())
                .containsOnlyOnce("'outbox', priority -1")
                .containsOnlyOnce("'cache', priority -1");
        ApplicationAvailability availability = child.getBean(ApplicationAvailability.class);
        assertThat(availability.getReadinessState()).isEqualTo(ReadinessState.ACCEPTING_TRAFFIC);
        assertThat(status(child, "/actuator/health/readiness")).isEqualTo(200);

        ConnectionGuard inFlight = requests(child).acquire();
        coordinator.shutdown("the test");
        await().atMost(Duration.ofSeconds(60)).until(requests(child)::isClosed);
        // By another thread.
        await().atMost(Duration.ofSeconds(60))
                .until(availability::getReadinessState, ReadinessState.REFUSING_TRAFFIC::equals);
        assertThat(status(child, "/actuator/health/readiness")).isEqualTo(503);
        assertThat(status(child, "/any")).isEqualTo(503);
        assertThat(DESTROYED).isEmpty();
        inFlight.close();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(DESTROYED.subList(0, 2)).containsExactlyInAnyOrder("outbox", "cache");
        assertThat(DESTROYED.subList(2, DESTROYED.size())).containsExactly("web", "parent");
        assertThat(parent).isNotNull().satisfies(closed -> assertThat(closed.isActive())
                .isFalse());
    }

    @Test
    void beansOutliveTheRequestsWhicheverCodeClosesTheContext() throws Exception {
        ConfigurableApplicationContext context = run(Web.class);
        ShutdownCoordinator coordinator = context.getBean(ShutdownCoordinator.class);
        ConnectionTracker requests = requests(context);
        ConnectionGuard inFlight = requests.acquire();
        CountDownLatch drained = new CountDownLatch(1);
        inFlight.onDrain(drained::countDown);
        CompletableFuture<Void> close = CompletableFuture.runAsync(context::close);
        assertThat(drained.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(DESTROYED).isEmpty();
        inFlight.close();
        close.get(60, TimeUnit.SECONDS);
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        assertThat(DESTROYED).containsExactly("cache", "web");
    }

    @Test
    void aRequestThatClosesItsContextDoesNotWaitForItself() throws Exception {
        ConfigurableApplicationContext context = run(
                Web.class,
                "--spring.lifecycle.timeout-per-shutdown-phase=200ms",
                "--shutdown.timeout-secs=60",
                "--shutdown.drain-timeout-secs=50");
        ShutdownCoordinator coordinator = context.getBean(ShutdownCoordinator.class);
        CountDownLatch closed = new CountDownLatch(1);
        context.addApplicationListener(event -> {
            if (event instanceof ContextClosedEvent) {
                closed.countDown();
            }
        });
        CompletableFuture<Integer> request = CompletableFuture.supplyAsync(() -> {
            try {
                return status(context, "/close");
            } catch (Exception cut) {
                return 0; // the server ends below its own request
            }
        });
        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        ShutdownReport report = coordinator.await();
        assertThat(report.elapsed()).as("without the limit of the drain").isLessThan(Duration.ofSeconds(45));
        assertThat(request.get(60, TimeUnit.SECONDS)).isIn(0, 200);
    }

    @Test
    void aRequestThatHangsIsInTheReportByItsPath() throws Exception {
        ConfigurableApplicationContext context = run(
                Web.class, "--spring.lifecycle.timeout-per-shutdown-phase=200ms", "--shutdown.drain-timeout-secs=0.3");
        ShutdownCoordinator coordinator = context.getBean(ShutdownCoordinator.class);
        CompletableFuture<Integer> request = CompletableFuture.supplyAsync(() -> {
            try {
                return status(context, "/hang");
            } catch (Exception cut) {
                return 0;
            }
        });
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> requests(context).inFlight() == 1);
            coordinator.shutdown("the test");
            assertThat(coordinator.await().toText()).contains("/hang");
        } finally {
            GO_ON.countDown();
            request.join();
        }
    }
}
