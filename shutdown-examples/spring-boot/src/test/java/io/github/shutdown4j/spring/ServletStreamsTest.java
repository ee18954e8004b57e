package io.github.shutdown4j.spring;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.examples.springboot.Events;
import io.github.shutdown4j.report.ShutdownReport;

import static io.github.shutdown4j.spring.EmbeddedContext.ready;
import static io.github.shutdown4j.spring.EmbeddedContext.requests;
import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static io.github.shutdown4j.spring.EmbeddedContext.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Streams of MVC that are in flight when the shutdown begins. */
@Timeout(240)
class ServletStreamsTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Events.class, Streams.class})
    static class Application {}

    @RestController
    static class Streams {

        private final CountDownLatch mayContinue = new CountDownLatch(1);

        @GetMapping("/endless")
        SseEmitter endless() throws IOException {
            SseEmitter events = new SseEmitter(0L);
            events.send("first");
            return events;
        }

        @GetMapping("/download")
        StreamingResponseBody download() {
            return body -> {
                body.write("first ".getBytes(StandardCharsets.US_ASCII));
                body.flush();
                awaitUninterruptibly(mayContinue);
                body.write("last".getBytes(StandardCharsets.US_ASCII));
            };
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private CompletableFuture<String> body(ConfigurableApplicationContext context, String path) {
        return client.sendAsync(
                        HttpRequest.newBuilder(uri(context, path)).build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    @Test
    void streamsThatEndWithTheDrainOrByThemselvesAreWrittenToTheirEnd() throws Exception {
        ConfigurableApplicationContext context = run(Application.class);
        ShutdownCoordinator coordinator = ready(context);
        CompletableFuture<String> events = body(context, "/events");
        CompletableFuture<String> download = body(context, "/download");
        await().atMost(Duration.ofSeconds(60)).until(() -> requests(context).inFlight() == 2);
        coordinator.shutdown("the test");
        assertThat(events.get(60, TimeUnit.SECONDS)).isEqualTo("data:first\n\n");
        assertThat(download).isNotDone();
        context.getBean(Streams.class).mayContinue.countDown();
        assertThat(download.get(60, TimeUnit.SECONDS)).isEqualTo("first last");
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void streamThatNeverEndsTakesTheTimeOfTheDrainAndIsNamed() throws Exception {
        ConfigurableApplicationContext context = run(
                Application.class,
                "--shutdown.drain-timeout-secs=1",
                "--spring.lifecycle.timeout-per-shutdown-phase=1s");
        ShutdownCoordinator coordinator = ready(context);
        CompletableFuture<String> endless = body(context, "/endless");
        await().atMost(Duration.ofSeconds(60)).until(() -> requests(context).inFlight() == 1);
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.toText()).contains("/endless");
        assertThat(report.elapsed()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(context.isActive()).isFalse();
        // Ended by Tomcat when it completes its asynchronous requests, or cut: which of the two comes first is open.
        try {
            assertThat(endless.get(60, TimeUnit.SECONDS)).isEqualTo("data:first\n\n");
        } catch (ExecutionException cut) {
            assertThat(cut).hasCauseInstanceOf(IOException.class);
        }
    }
}
