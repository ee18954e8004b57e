package io.github.shutdown4j.spring;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionGuard;
import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.examples.process.Http2Connection;
import io.github.shutdown4j.report.ShutdownReport;

import static io.github.shutdown4j.spring.EmbeddedContext.ready;
import static io.github.shutdown4j.spring.EmbeddedContext.requests;
import static io.github.shutdown4j.spring.EmbeddedContext.run;
import static io.github.shutdown4j.spring.EmbeddedContext.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Streams of WebFlux that are in flight when the shutdown begins. */
@Timeout(240)
class ReactiveStreamsTest {

    private static final String REACTIVE = "--spring.main.web-application-type=reactive";

    private static final String FIRST = "data:first\n\n";

    /** Of an answer: more than a client of HTTP/2 takes without saying so. */
    private static final int SIZE = 500_000;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouterFunction<ServerResponse> routes() {
            return RouterFunctions.route()
                    .GET("/large", request -> ServerResponse.ok().bodyValue("x".repeat(SIZE)))
                    .GET("/events", Application::events)
                    .GET("/endless", request -> ok(endless()))
                    .build();
        }

        /** Ends when the drain begins, because it never would by itself. */
        private static Mono<ServerResponse> events(ServerRequest request) {
            ConnectionGuard guard =
                    (ConnectionGuard) request.attribute(RequestGuard.ATTRIBUTE).orElseThrow();
            return ok(endless().takeUntilOther(Mono.create(end -> guard.onDrain(end::success))));
        }

        private static Flux<String> endless() {
            return Flux.just("first").concatWith(Flux.never());
        }

        private static Mono<ServerResponse> ok(Flux<String> events) {
            return ServerResponse.ok().contentType(MediaType.TEXT_EVENT_STREAM).body(events, String.class);
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Of a response that has begun. */
    private InputStream body(ConfigurableApplicationContext context, String path) throws Exception {
        InputStream body = client.sendAsync(
                        HttpRequest.newBuilder(uri(context, path)).build(), HttpResponse.BodyHandlers.ofInputStream())
                .get(60, TimeUnit.SECONDS)
                .body();
        assertThat(body.readNBytes(FIRST.length()))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(FIRST);
        return body;
    }

    @Test
    void streamThatEndsWithTheDrainIsWrittenToItsEnd() throws Exception {
        ConfigurableApplicationContext context = run(Application.class, REACTIVE);
        ShutdownCoordinator coordinator = ready(context);
        InputStream events = body(context, "/events");
        coordinator.shutdown("the test");
        assertThat(events.readAllBytes()).isEmpty(); // no exception: the end of the stream has arrived
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    @Test
    void streamThatNeverEndsTakesTheTimeOfTheDrainAndIsNamed() throws Exception {
        ConfigurableApplicationContext context = run(
                Application.class,
                REACTIVE,
                "--shutdown.drain-timeout-secs=1",
                "--spring.lifecycle.timeout-per-shutdown-phase=1s");
        ShutdownCoordinator coordinator = ready(context);
        InputStream endless = body(context, "/endless");
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(report.toText()).contains("/endless");
        assertThat(report.elapsed()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(context.isActive()).isFalse();
        assertThatThrownBy(endless::readAllBytes).isInstanceOf(IOException.class);
    }

    @Test
    void answerOnHttp2IsWrittenToItsEndBeforeTheContextIsClosed() throws Exception {
        ConfigurableApplicationContext context = run(Application.class, REACTIVE, "--server.http2.enabled=true");
        ShutdownCoordinator coordinator = ready(context);
        ConnectionTracker requests = requests(context);
        try (Http2Connection connection = new Http2Connection(uri(context, "/").getPort())) {
            connection.allow(0, SIZE);
            int stream = connection.get("/large");
            int size = dataOf(connection.awaitData(stream));
            coordinator.shutdown("the test");
            await().atMost(Duration.ofSeconds(60)).until(requests::isClosed);
            await().during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> requests.inFlight() == 1);
            connection.allow(stream, SIZE);
            size += dataOf(connection.awaitEnd(stream));
            assertThat(size).isEqualTo(SIZE);
            assertThat(connection.awaitClose()).anyMatch(frame -> frame.type() == Http2Connection.GOAWAY);
        }
        ShutdownReport report = coordinator.await();
        assertThat(report.isClean()).as(report.toText()).isTrue();
    }

    private static int dataOf(Iterable<Http2Connection.Frame> frames) {
        int size = 0;
        for (Http2Connection.Frame frame : frames) {
            if (frame.type() == Http2Connection.DATA) {
                size += frame.payload().length;
            }
        }
        return size;
    }
}
