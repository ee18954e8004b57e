package io.github.shutdown4j.spring;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.resources.Resource;

import static io.github.shutdown4j.spring.EmbeddedContext.requests;
import static org.assertj.core.api.Assertions.assertThat;

/** A parent and a child context, one of which other code closes. */
@Timeout(240)
class ContextHierarchyTest {

    private static final List<String> ENDED = new CopyOnWriteArrayList<>();

    /** A bean whose destruction waits without a limit, as for a thread or a future. */
    private static DisposableBean waiting(String name, long millis) {
        return () -> {
            try {
                new CompletableFuture<String>()
                        .completeOnTimeout("over", millis, TimeUnit.MILLISECONDS)
                        .get();
                ENDED.add(name);
            } catch (InterruptedException e) {
                ENDED.add(name + ", interrupted");
            }
        };
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Parent {

        @Bean
        DisposableBean parentBean() {
            return waiting("parent", 500);
        }

        @Bean
        Resource last() {
            return Resource.of("last", 500, () -> ENDED.add("last"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Child {

        @Bean
        DisposableBean childBean() {
            return waiting("child", 200);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {}

    @BeforeEach
    void forget() {
        ENDED.clear();
    }

    private static ConfigurableApplicationContext parentAndChild() {
        return new SpringApplicationBuilder(Parent.class)
                .web(WebApplicationType.NONE)
                .child(Child.class)
                .web(WebApplicationType.NONE)
                .run("--shutdown4j.embedded=true");
    }

    @Test
    void laterResourcesAreReleasedOnceTheBeansAreDestroyedIfOtherCodeClosesTheContext() throws Exception {
        ConfigurableApplicationContext child = parentAndChild();
        ShutdownCoordinator coordinator = child.getBean(ShutdownCoordinator.class);
        ConfigurableApplicationContext parent = (ConfigurableApplicationContext) child.getParent();
        assertThat(parent).isNotNull();
        CompletableFuture<Void> close = CompletableFuture.runAsync(parent::close);
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        close.get(60, TimeUnit.SECONDS);
        assertThat(ENDED).containsExactly("child", "parent", "last");
    }

    @Test
    void workIsDrainedAsWellWhenOnlyTheChildIsClosed() throws Exception {
        ConfigurableApplicationContext child = parentAndChild();
        ShutdownCoordinator coordinator = child.getBean(ShutdownCoordinator.class);
        ConnectionGuard inFlight = requests(child).acquire();
        CompletableFuture<String> drain = new CompletableFuture<>();
        inFlight.onDrain(() -> drain.complete("drain"));
        CompletableFuture<String> close = CompletableFuture.supplyAsync(() -> {
            child.close();
            return "closed";
        });
        assertThat(CompletableFuture.anyOf(drain, close).get(60, TimeUnit.SECONDS))
                .isEqualTo("drain");
        assertThat(ENDED).isEmpty();
        inFlight.close();
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
        close.get(60, TimeUnit.SECONDS);
        assertThat(ENDED).containsExactly("child", "parent", "last");
    }

    @Test
    void childOfAParentWithoutACoordinatorHasItsOwn() throws Exception {
        try (var plain = new AnnotationConfigApplicationContext(Plain.class)) {
            ConfigurableApplicationContext child = new SpringApplicationBuilder(Child.class)
                    .parent(plain)
                    .web(WebApplicationType.NONE)
                    .run("--shutdown4j.embedded=true");
            assertThat(child.getBeansOfType(ShutdownCoordinator.class)).hasSize(1);
            ShutdownCoordinator coordinator = child.getBean(ShutdownCoordinator.class);
            coordinator.shutdown("the test");
            ShutdownReport report = coordinator.await();
            assertThat(report.isClean()).as(report.toText()).isTrue();
            assertThat(ENDED).containsExactly("child");
            assertThat(plain.isActive()).as("the parent is its owner's").isTrue();
        }
    }
}
