package io.github.shutdown4j;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.events.EventQueue;
import io.github.shutdown4j.reload.ReloadReport;
import io.github.shutdown4j.reload.Reloader;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.resources.Resources;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.Background;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.ServiceTesting;
import io.github.shutdown4j.trigger.ShutdownReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts, stops, releases, reloads and writes that return before they are done. The calls are written as a user would
 * write them.
 */
@Timeout(180)
class AsyncStepsTest {

    private static final Duration SECONDS_10 = Duration.ofSeconds(10);

    /** Like the classes of frameworks: overloads, results and no results. */
    static final class Framework {

        final CompletableFuture<String> started = new CompletableFuture<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        final CountDownLatch closing = new CountDownLatch(1);

        CompletionStage<String> bind() {
            return started;
        }

        CompletionStage<String> unbind() {
            closing.countDown();
            return closed.minimalCompletionStage();
        }

        Future<String> shutdownGracefully() {
            closing.countDown();
            return closed;
        }

        Future<String> shutdownGracefully(long timeout) {
            throw new AssertionError("not meant: " + timeout);
        }

        CompletionStage<String> insert(List<String> batch) {
            closing.countDown();
            return closed;
        }

        void plainStart() {}

        void plainStop() {
            closing.countDown();
        }
    }

    private Framework framework = new Framework();

    private static StepResult only(List<StepResult> steps) {
        assertThat(steps).hasSize(1);
        return steps.get(0);
    }

    private static ServiceGroup started(Service service) {
        ServiceGroup group = ServiceGroup.builder().add("http", service).build();
        group.start();
        return group;
    }

    private FutureTask<List<StepResult>> releasing(Resource resource) throws InterruptedException {
        ResourceManager resources = ResourceManager.create();
        resources.register(resource);
        FutureTask<List<StepResult>> steps = Background.onThread(() -> resources.release(SECONDS_10));
        framework.closing.await();
        return steps;
    }

    @Test
    void aServiceIsReadyWhenItsStartIsComplete() throws Exception {
        ServiceGroup group = started(Service.of(framework::bind, framework::plainStop));
        assertThat(group.awaitReady(Duration.ofMillis(50))).isFalse();
        framework.started.complete("bound");
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        assertThat(only(group.stop(SECONDS_10)).outcome()).isEqualTo(Outcome.DONE);
    }

    @Test
    void aStartThatFailsLaterFailsTheService() throws Exception {
        for (Function<Framework, Service> service : List.<Function<Framework, Service>>of(
                it -> Service.of(it::bind, it::unbind),
                it -> Service.startOnly(it::bind),
                it -> Service.startOnly(() -> it.bind()))) {
            framework = new Framework();
            ServiceGroup group = started(service.apply(framework));
            IOException failure = new IOException("port 80 in use");
            framework.started.completeExceptionally(failure);
            ShutdownReason reason =
                    group.whenShutdownRequested().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(reason.isFailure()).isTrue();
            assertThat(only(group.stop(SECONDS_10)).failure())
                    .hasValueSatisfying(thrown -> assertThat(thrown).hasMessage("port 80 in use"));
        }
    }

    @Test
    void aServiceHasStoppedWhenItsStopIsComplete() throws Exception {
        for (Function<Framework, Service> service : List.<Function<Framework, Service>>of(
                it -> Service.of(it::plainStart, it::unbind),
                it -> Service.of(it::plainStart, it::shutdownGracefully),
                it -> Service.of(() -> {}, () -> it.unbind()))) {
            framework = new Framework();
            ServiceGroup group = started(service.apply(framework));
            assertThat(group.awaitReady(SECONDS_10)).isTrue();
            FutureTask<List<StepResult>> steps = Background.onThread(() -> group.stop(SECONDS_10));
            framework.closing.await();
            assertThat(steps).isNotDone();
            framework.closed.completeExceptionally(new IOException("last batch not sent"));
            StepResult step = only(steps.get(60, TimeUnit.SECONDS));
            assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(step.detail()).contains("last batch not sent");
        }
    }

    @Test
    void aServiceHasStoppedWhenItsStopCallbacksAreComplete() throws Exception {
        ServiceGroup group = started(context -> {
            context.onStop(framework::unbind);
            context.ready();
            context.awaitStop();
        });
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        FutureTask<List<StepResult>> steps = Background.onThread(() -> group.stop(SECONDS_10));
        framework.closing.await();
        assertThat(steps).isNotDone();
        framework.closed.cancel(false);
        assertThat(only(steps.get(60, TimeUnit.SECONDS)).detail()).contains("was cancelled");
    }

    @Test
    void aPassOfALoopIsAwaited() throws Exception {
        ServiceGroup group = started(Service.loop(framework::unbind));
        framework.closing.await();
        framework.closed.completeExceptionally(new IOException("broker gone"));
        assertThat(group.whenShutdownRequested()
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS)
                        .text())
                .contains("broker gone");
    }

    @Test
    void aResourceIsReleasedWhenItsCloseIsComplete() throws Exception {
        for (Function<Framework, Resource> resource : List.<Function<Framework, Resource>>of(
                it -> Resource.of("client", it::unbind),
                it -> Resource.of("client", it::shutdownGracefully),
                it -> Resource.of("client", 7, () -> it.unbind()),
                it -> Resources.database("client", it::unbind))) {
            framework = new Framework();
            FutureTask<List<StepResult>> steps = releasing(resource.apply(framework));
            assertThat(steps).isNotDone();
            framework.closed.completeExceptionally(new IOException("last batch not sent"));
            StepResult step = only(steps.get(60, TimeUnit.SECONDS));
            assertThat(step.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(step.detail()).contains("last batch not sent");
        }
    }

    @Test
    void aCloseThatExceedsItsLimitIsReported() throws Exception {
        FakeTicker ticker = new FakeTicker(); // stands still after the limit, so that the grace is long enough
        ResourceManager resources = ticker.keptBy(() -> ResourceManager.withTimeout(SECONDS_10));
        resources.register(Resource.of("client", framework::unbind));
        FutureTask<List<StepResult>> steps = Background.onThread(() -> resources.release(Duration.ofMinutes(1)));
        framework.closing.await();
        ticker.awaitSleepers(1);
        ticker.advance(SECONDS_10);
        StepResult step = only(steps.get());
        assertThat(step.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(step.detail()).contains("was not complete");
    }

    @Test
    void theShortFormOfTheBuilderAwaitsBoth() throws Exception {
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .server("http", framework::bind, framework::shutdownGracefully)
                .resource("plain", framework::plainStop)
                .build();
        coordinator.start();
        assertThat(coordinator.awaitReady(Duration.ofMillis(50))).isFalse();
        framework.started.complete("bound");
        assertThat(coordinator.awaitReady(SECONDS_10)).isTrue();
        coordinator.shutdown("the test");
        framework.closing.await();
        framework.closed.completeExceptionally(new IOException("last batch not sent"));
        assertThat(coordinator.await().toText()).contains("last batch not sent");
    }

    @Test
    void aReloadIsOverWhenTheSubscribersResultIsComplete() throws Exception {
        try (Reloader reloader = Reloader.create()) {
            reloader.subscribe("limits", framework::unbind);
            CompletableFuture<ReloadReport> report = reloader.reload("test").toCompletableFuture();
            framework.closing.await();
            assertThat(report).isNotDone();
            framework.closed.completeExceptionally(new IOException("unreadable"));
            assertThat(only(report.get(60, TimeUnit.SECONDS).steps()).detail()).contains("unreadable");
        }
    }

    @Test
    void aBatchIsWrittenWhenTheHandlersResultIsComplete() throws Exception {
        EventQueue<String> queue = EventQueue.<String>builder("visits", framework::insert)
                .linger(Duration.ZERO)
                .start();
        queue.offer("visit");
        framework.closing.await();
        assertThat(queue.written()).isZero();
        framework.closed.completeExceptionally(new IOException("table locked"));
        ServiceTesting.eventually(() -> queue.failed() == 1);
        queue.release();
    }
}
