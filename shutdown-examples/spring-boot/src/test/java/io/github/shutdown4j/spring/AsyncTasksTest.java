package io.github.shutdown4j.spring;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.report.ShutdownReport;

import static io.github.shutdown4j.spring.EmbeddedContext.ready;
import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Tasks of {@code @Async} with the settings that the page names. */
@Timeout(240)
class AsyncTasksTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableAsync
    @Import(Mail.class)
    static class Application {}

    static class Mail {

        private final CountDownLatch begun = new CountDownLatch(1);

        @Async
        public CompletableFuture<String> send(CountDownLatch mayContinue) throws InterruptedException {
            begun.countDown();
            mayContinue.await();
            return CompletableFuture.completedFuture("sent");
        }

        void awaitBegin() throws InterruptedException {
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void taskIsFinishedBeforeTheContextIsClosed() throws Exception {
        ConfigurableApplicationContext context = run(
                Application.class,
                "--spring.lifecycle.timeout-per-shutdown-phase=200ms",
                "--shutdown.timeout-secs=60",
                "--spring.task.execution.shutdown.await-termination=true",
                "--spring.task.execution.shutdown.await-termination-period=15s");
        ShutdownCoordinator coordinator = ready(context);
        CountDownLatch mayContinue = new CountDownLatch(1);
        CompletableFuture<String> sent = context.getBean(Mail.class).send(mayContinue);
        context.getBean(Mail.class).awaitBegin();
        coordinator.shutdown("the test");
        await().atMost(Duration.ofSeconds(60)).until(context::isClosed);
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> !sent.isDone() && coordinator.await(Duration.ZERO).isEmpty());
        mayContinue.countDown();
        assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo("sent");
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }
}
