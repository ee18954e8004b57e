package io.github.shutdown4j.spring;

import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.shutdown4j.ShutdownCoordinator;
import io.github.shutdown4j.connections.ConnectionTracker;

import static org.assertj.core.api.Assertions.assertThat;

/** Applications with an embedded coordinator, on a port that the kernel chooses. */
final class EmbeddedContext {

    /** The first context of a JVM loads thousands of classes: 75 s were seen beside thirty busy processes. */
    private static final Duration START = Duration.ofSeconds(150);

    private EmbeddedContext() {}

    static ConfigurableApplicationContext run(Class<?> application, String... settings) {
        return SpringApplication.run(
                application,
                Stream.concat(
                                Stream.of(
                                        "--shutdown4j.embedded=true",
                                        "--server.port=0",
                                        "--shutdown.start-timeout-secs=" + START.toSeconds()),
                                Stream.of(settings))
                        .toArray(String[]::new));
    }

    /** The coordinator, once the application is ready. */
    static ShutdownCoordinator ready(ConfigurableApplicationContext context) throws InterruptedException {
        ShutdownCoordinator coordinator = context.getBean(ShutdownCoordinator.class);
        assertThat(coordinator.awaitReady(START)).isTrue();
        return coordinator;
    }

    static ConnectionTracker requests(ConfigurableApplicationContext context) {
        return context.getBean("shutdownRequests", ConnectionTracker.class);
    }

    static URI uri(ConfigurableApplicationContext context, String path) {
        return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
    }

    /** The response status of a GET on a new connection. */
    static int status(ConfigurableApplicationContext context, String path) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) uri(context, path).toURL().openConnection();
        connection.setReadTimeout(60_000);
        connection.setRequestProperty("Connection", "close");
        return connection.getResponseCode();
    }
}
