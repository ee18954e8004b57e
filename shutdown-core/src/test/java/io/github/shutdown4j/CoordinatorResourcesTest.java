package io.github.shutdown4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.ShutdownPhase;
import io.github.shutdown4j.report.ShutdownReport;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.resources.Resource;
import io.github.shutdown4j.resources.ResourceManager;
import io.github.shutdown4j.services.Service;
import io.github.shutdown4j.services.ServiceGroup;
import io.github.shutdown4j.testing.FakeProcess;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.Probe;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Resources that hang, throw, are registered late, or are numerous. */
@Timeout(180)
class CoordinatorResourcesTest extends CoordinatorHardshipFixture {

    private static ShutdownCoordinator coordinator(FakeTicker ticker) {
        return ShutdownCoordinator.builder()
                .embedded()
                .forTests(ticker, new FakeProcess())
                .resources(ticker.keptBy(() -> ResourceManager.withTimeout(ofSeconds(10))))
                .build();
    }

    /** Counts down where the stack shows it already. */
    private void hang(CountDownLatch begun) {
        begun.countDown();
        hang();
    }

    @Test
    @DisplayName(
            "scenario 43: a hung resource is abandoned at its limit, later ones are released, and the report has its stack")
    void hungResourceCostsItsLimit() throws Exception {
        FakeTicker ticker = new FakeTicker();
        ShutdownCoordinator coordinator = coordinator(ticker);
        List<String> released = new CopyOnWriteArrayList<>();
        CountDownLatch hangs = new CountDownLatch(1);
        Resource a = Resource.of("a", 1, () -> hang(hangs));
        coordinator.resources().register(a.withTimeout(ofMillis(500)));
        coordinator.resources().register(Resource.of("b", 2, () -> released.add("b")));
        coordinator.resources().register(Resource.of("c", 3, () -> released.add("c")));
        coordinator.start();
        coordinator.shutdown("the test");
        Probe.await(hangs);
        ticker.awaitSleepers(2); // the release and the progress monitor
        ticker.advance(ofMillis(500));
        ticker.awaitSleepers(2);
        ticker.advance(ofMillis(50)); // after the interrupt, a tenth of the limit
        ShutdownReport report = coordinator.await();
        assertThat(released).containsExactly("b", "c");
        assertThat(report.elapsed()).isEqualTo(ofMillis(550));
        StepResult hung = phase(report, ShutdownPhase.RELEASE).steps().get(0);
        assertThat(hung.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(hung.unfinished().get(0).stack())
                .extracting(StackTraceElement::getMethodName)
                .contains("hang");
    }

    @Test
    @DisplayName("scenario 44: three hung resources of one priority take one limit together")
    void hungEqualsCostOneLimit() throws Exception {
        FakeTicker ticker = new FakeTicker();
        ShutdownCoordinator coordinator = coordinator(ticker);
        CountDownLatch hung = new CountDownLatch(3);
        for (String name : List.of("a", "b", "c")) {
            Resource resource = Resource.of(name, () -> hang(hung));
            coordinator.resources().register(resource.withTimeout(ofSeconds(1)));
        }
        coordinator.start();
        coordinator.shutdown("the test");
        Probe.await(hung);
        ticker.awaitSleepers(2); // the release and the progress monitor
        ticker.advance(ofSeconds(1));
        ticker.awaitSleepers(2);
        ticker.advance(ofMillis(100)); // after the interrupt, a tenth of the limit
        assertThat(coordinator.await().elapsed()).isEqualTo(ofMillis(1_100));
    }

    @Test
    @DisplayName("scenario 46: whatever a resource throws, the later ones run and the report has the cause")
    void whateverAResourceThrowsIsInTheReport() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        List<Throwable> thrown = List.of(
                new java.io.IOException("checked"),
                new IllegalStateException("unchecked"),
                new StackOverflowError("error"));
        for (int i = 0; i < thrown.size(); i++) {
            Throwable failure = thrown.get(i);
            coordinator.resources().register(Resource.of("r" + i, i, () -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (Exception) failure;
            }));
        }
        AtomicBoolean last = new AtomicBoolean();
        coordinator.resources().register(Resource.of("last", 100, () -> last.set(true)));
        ShutdownReport report = shutdown(coordinator);
        assertThat(last).isTrue();
        assertThat(phase(report, ShutdownPhase.RELEASE).steps())
                .filteredOn(step -> step.failure().isPresent())
                .extracting(step -> step.failure().orElseThrow())
                .containsExactlyElementsOf(thrown);
    }

    @Test
    @DisplayName("scenario 47: extreme priorities, ties and dependencies are released in the documented order")
    void releasesInTheDocumentedOrder() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        List<String> released = new CopyOnWriteArrayList<>();
        ResourceManager resources = coordinator.resources();
        resources.register(Resource.of("max", Integer.MAX_VALUE, () -> released.add("max")));
        resources.register(
                Resource.of("database", 10, () -> released.add("database")).withAfter("flusher"));
        resources.register(Resource.of("flusher", 100, () -> released.add("flusher")));
        resources.register(Resource.of("min", Integer.MIN_VALUE, () -> released.add("min")));
        resources.register(Resource.of("negative", -5, () -> released.add("negative")));
        assertThatThrownBy(
                        () -> resources.register(Resource.of("itself", () -> {}).withAfter("itself")))
                .hasMessageContaining("itself -> itself");
        List<String> expected = List.of("min", "negative", "flusher", "database", "max");
        ShutdownReport report = shutdown(coordinator);
        assertThat(released).isEqualTo(expected);
        assertThat(phase(report, ShutdownPhase.RELEASE).steps())
                .extracting(StepResult::name)
                .isEqualTo(expected);
    }

    @Test
    @DisplayName(
            "scenario 53: 10,000 resources are released and are in the report; the benchmarks measure what each costs")
    void tenThousandResources() throws Exception {
        ShutdownCoordinator coordinator =
                ShutdownCoordinator.builder().embedded().build();
        AtomicInteger released = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            coordinator.resources().register(Resource.of("r" + i, i % 7, released::incrementAndGet));
        }
        ShutdownReport report = shutdown(coordinator);
        assertThat(report.toText().lines()).hasSizeGreaterThan(10_000);
        assertThat(released).hasValue(10_000);
        assertThat(report.exitCode()).isZero(); // within its 30 s
    }

    @Test
    @DisplayName("scenario 41: a resource registered during the stop is released in order; after the end it is refused")
    void resourceRegisteredWhileStopping() throws Exception {
        AtomicReference<ShutdownCoordinator> held = new AtomicReference<>();
        List<String> released = new CopyOnWriteArrayList<>();
        ShutdownCoordinator coordinator = ShutdownCoordinator.builder()
                .embedded()
                .services(ServiceGroup.builder()
                        .add("s", Service.of(() -> {}, () -> held.get()
                                .resources()
                                .register(Resource.of("in stop", 50, () -> released.add("in stop")))))
                        .build())
                .build();
        held.set(coordinator);
        coordinator.resources().register(Resource.of("first", 1, () -> {
            coordinator.resources().register(Resource.of("earlier", 0, () -> released.add("earlier")));
            coordinator.resources().register(Resource.of("later", 100, () -> released.add("later")));
            released.add("first");
        }));
        coordinator.start();
        assertThat(coordinator.awaitReady(ofSeconds(60))).isTrue();
        coordinator.shutdown("the test");
        ShutdownReport report = coordinator.await();
        assertThat(released).containsExactly("first", "earlier", "in stop", "later");
        assertThat(phase(report, ShutdownPhase.RELEASE).steps()).hasSize(4);
        assertThatThrownBy(() -> coordinator.resources().register(Resource.of("too late", () -> {})))
                .isInstanceOf(ShuttingDownException.class);
    }
}
