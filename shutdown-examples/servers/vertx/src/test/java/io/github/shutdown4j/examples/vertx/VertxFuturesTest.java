package io.github.shutdown4j.examples.vertx;

import java.net.BindException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.trigger.ShutdownReason;

import static org.assertj.core.api.Assertions.assertThat;

/** The futures of Vert.x are awaited where its methods are given as references. */
@Timeout(60)
class VertxFuturesTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private static StepResult release(Resource resource) throws InterruptedException {
        ResourceManager resources = ResourceManager.create();
        resources.register(resource);
        return resources.release(Duration.ofSeconds(30)).get(0);
    }

    @Test
    void vertxIsReleasedWhenItsHooksAreComplete() throws Exception {
        Vertx own = Vertx.vertx();
        AtomicBoolean written = new AtomicBoolean();
        own.deployVerticle(new io.vertx.core.VerticleBase() {
                    @Override
                    public Future<?> stop() {
                        return own.timer(300, TimeUnit.MILLISECONDS).map(fired -> {
                            written.set(true);
                            return null;
                        });
                    }
                })
                .await(30, TimeUnit.SECONDS);
        assertThat(release(Resource.of("vertx", own::close)).outcome()).isEqualTo(Outcome.DONE);
        assertThat(written).isTrue();
    }

    @Test
    void failedFutureIsTheFailureOfTheStep() throws Exception {
        StepResult step =
                release(Resource.of("client", () -> Future.failedFuture(new IllegalStateException("last batch lost"))));
        assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(step.detail()).contains("last batch lost");
    }

    @Test
    void portInUseFailsTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            HttpServer server = vertx.createHttpServer().requestHandler(request -> {});
            ServiceGroup services = ServiceGroup.builder()
                    .add("http", Service.startOnly(() -> server.listen(taken.getLocalPort())))
                    .build();
            services.start();
            ShutdownReason reason =
                    services.whenShutdownRequested().toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(reason)
                    .isInstanceOfSatisfying(ShutdownReason.ServiceFailed.class, failed -> assertThat(failed.cause())
                            .isInstanceOf(BindException.class));
            services.stop(Duration.ofSeconds(10));
        }
    }
}
