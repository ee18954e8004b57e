package io.github.shutdown4j.examples.tomcat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.github.shutdown4j.connections.ConnectionTracker;
import io.github.shutdown4j.trigger.ShutdownTrigger;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class GuardValveTest {

    @TempDir
    private Path folder;

    private final Tomcat tomcat = new Tomcat();
    private final ConnectionTracker requests = ConnectionTracker.create("requests");
    private final CompletableFuture<AsyncContext> waiting = new CompletableFuture<>();

    @BeforeEach
    void start() throws Exception {
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        Context context = tomcat.addContext("", null);
        context.getPipeline().addValve(new GuardValve(requests, ShutdownTrigger.create()));
        var servlet = Tomcat.addServlet(context, "waiting", new Waiting());
        servlet.setAsyncSupported(true);
        servlet.addMapping("/");
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    /** Waits without a thread, and is answered by a dispatch, as Spring MVC does it with a DeferredResult. */
    @SuppressWarnings("serial") // it is never serialized
    private final class Waiting extends HttpServlet {

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getDispatcherType() == DispatcherType.ASYNC) {
                response.getWriter().print("done");
            } else {
                waiting.complete(request.startAsync());
            }
        }
    }

    @Test
    void aRequestThatIsDispatchedAfterTheDrainHasBegunIsAnswered() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://localhost:"
                                        + tomcat.getConnector().getLocalPort() + "/"))
                                .build(),
                        BodyHandlers.ofString());
        AsyncContext request = waiting.get(60, TimeUnit.SECONDS);
        requests.close();
        assertThat(requests.inFlight()).isEqualTo(1);
        request.dispatch();
        assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(answer.get().body()).isEqualTo("done");
        await().atMost(ofSeconds(60)).until(() -> requests.inFlight() == 0);
        assertThat(requests.refused()).isZero();
    }
}
