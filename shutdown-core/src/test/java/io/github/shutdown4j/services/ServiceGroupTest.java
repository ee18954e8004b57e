package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

import io.github.shutdown4j.internal.Ticker;
import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;
import io.github.shutdown4j.testing.CapturedLogs;
import io.github.shutdown4j.testing.FakeTicker;
import io.github.shutdown4j.testing.OwnThreads;
import io.github.shutdown4j.trigger.ShuttingDownException;

import static io.github.shutdown4j.testing.Latches.ignoreInterrupts;
import static io.github.shutdown4j.testing.ServiceTesting.SECONDS_10;
import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static io.github.shutdown4j.testing.ServiceTesting.failing;
import static io.github.shutdown4j.testing.ServiceTesting.untilStopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Start and readiness; what a failure does is in {@link ServiceFailureTest}, the stop in {@link ServiceGroupStopTest}. */
@Timeout(180)
class ServiceGroupTest {

    private final FakeTicker ticker = new FakeTicker();

    private ServiceGroupBuilder builder() {
        return new ServiceGroupBuilder(ticker);
    }

    @Test
    void allServicesRunAtTheSameTime() throws Exception {
        CountDownLatch together = new CountDownLatch(3);
        Service meeting = context -> {
            together.countDown();
            together.await();
            context.ready();
            context.awaitStop();
        };
        ServiceGroup group =
                builder().add("a", meeting).add("b", meeting).add("c", meeting).build();
        group.start();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        group.whenReady().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(group.stop(SECONDS_10))
                .extracting(StepResult::outcome)
                .containsExactly(Outcome.DONE, Outcome.DONE, Outcome.DONE);
    }

    @Test
    void theGroupIsReadyAfterTheLogLineOfEachService() throws Exception {
        CountDownLatch mayContinue = new CountDownLatch(1);
        try (CapturedLogs logs = CapturedLogs.failing(line -> {
            if (line.text().contains("'a' is ready")) {
                ignoreInterrupts(mayContinue);
            }
            return false;
        })) {
            ServiceGroup group = builder().add("a", untilStopped()).build();
            group.start();
            eventually(() -> group.state("a") == ServiceState.READY);
            var ready = group.whenReady().toCompletableFuture();
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> ready.get(200, TimeUnit.MILLISECONDS));
            mayContinue.countDown();
            ready.get(60, TimeUnit.SECONDS); // completed when all has been logged
            assertThat(logs.texts(Level.INFO))
                    .filteredOn(text -> text.contains("ready"))
                    .satisfiesExactly(text -> assertThat(text).contains("'a' is ready"), text -> assertThat(text)
                            .contains("all are ready"));
            group.stop(SECONDS_10);
        }
    }

    @Test
    void anEmptyGroupIsReadyAndLogsNothing() throws Exception {
        try (CapturedLogs logs = CapturedLogs.open()) {
            ServiceGroup group = builder().build();
            group.start();
            assertThat(group.awaitReady(SECONDS_10)).isTrue();
            assertThat(group.stop(SECONDS_10)).isEmpty();
            assertThat(logs.texts(Level.INFO)).isEmpty();
        }
    }

    @Test
    void awaitReadyIsFalseWhenTheTimeIsUp() throws Exception {
        ServiceGroup group = builder().add("slow", ServiceContext::awaitStop).build();
        group.start();
        assertThat(group.awaitReady(Duration.ZERO)).isFalse();
        assertThat(group.notReady()).containsExactly("slow");
        group.stop(SECONDS_10);
        assertThat(group.whenReady().toCompletableFuture()).isNotDone();
    }

    @Test
    void awaitReadyIsFalseAtOnceWhenAServiceFails() throws Exception {
        ServiceGroup group = builder()
                .add("slow", ServiceContext::awaitStop)
                .add("broken", failing(new IllegalStateException("no port")))
                .build();
        group.start();
        assertThat(group.awaitReady(SECONDS_10)).isFalse();
        group.stop(SECONDS_10);
    }

    @Test
    void statesFollowTheService() throws Exception {
        CountDownLatch mayContinue = new CountDownLatch(1);
        ServiceGroup group = builder()
                .add("a", context -> {
                    mayContinue.await();
                    context.ready();
                    context.awaitStop();
                })
                .build();
        assertThat(group.state("a")).isEqualTo(ServiceState.WAITING);
        group.start();
        eventually(() -> group.state("a") == ServiceState.STARTING);
        mayContinue.countDown();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        assertThat(group.state("a")).isEqualTo(ServiceState.READY);
        assertThat(group.notReady()).isEmpty();
        assertThat(group.unfinishedCount()).isEqualTo(1);
        group.stop(SECONDS_10);
        assertThat(group.state("a")).isEqualTo(ServiceState.ENDED);
        assertThat(group.unfinishedCount()).isZero();
    }

    @Test
    void serviceThreadsKeepTheJvmAliveAndHaveTheStartersClassLoader() throws Exception {
        AtomicReference<Thread> seen = new AtomicReference<>();
        AtomicReference<ClassLoader> loader = new AtomicReference<>();
        ServiceGroup group = builder()
                .add("web", context -> {
                    seen.set(Thread.currentThread());
                    loader.set(Thread.currentThread().getContextClassLoader());
                    context.ready();
                    context.awaitStop();
                })
                .build();
        ClassLoader mine = new ClassLoader(getClass().getClassLoader()) {};
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(mine);
        try {
            group.start();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        assertThat(seen.get().getName()).isEqualTo("shutdown4j-service-web");
        assertThat(seen.get().isDaemon()).isFalse();
        assertThat(loader.get()).isSameAs(mine);
        group.stop(SECONDS_10);
    }

    @Test
    void noThreadIsLeftBesideThoseOfTheServicesOnceAllAreReady() throws Exception {
        ServiceGroup group = new ServiceGroupBuilder(Ticker.system())
                .add("only", untilStopped())
                .build();
        group.start();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        eventually(() -> OwnThreads.threadsNamed("shutdown4j-services-start").isEmpty());
        assertThat(OwnThreads.threadsNamed("shutdown4j-service-only")).hasSize(1);
        group.stop(SECONDS_10);
        eventually(() -> OwnThreads.threadsNamed("shutdown4j-service-only").isEmpty());
    }

    @Test
    void aServiceThatComesAfterAnotherStartsWhenThatIsReady() throws Exception {
        CountDownLatch migrated = new CountDownLatch(1);
        ServiceGroup group = builder()
                .add("web", untilStopped(), ServicePolicy.critical().withAfter("postgres"))
                .add("postgres", context -> {
                    migrated.await();
                    context.ready();
                    context.awaitStop();
                })
                .build();
        assertThat(group.names()).containsExactly("postgres", "web");
        group.start();
        eventually(() -> group.state("postgres") == ServiceState.STARTING);
        assertThat(group.state("web")).isEqualTo(ServiceState.WAITING);
        assertThat(group.notReady()).containsExactly("postgres", "web");
        migrated.countDown();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        group.stop(SECONDS_10);
    }

    @Test
    void aServiceThatReturnsBeforeItIsReadyLetsThoseAfterItStart() throws Exception {
        ServiceGroup group = builder()
                .add("migration", context -> {})
                .add("web", untilStopped(), ServicePolicy.critical().withAfter("migration"))
                .build();
        group.start();
        assertThat(group.awaitReady(SECONDS_10)).isTrue();
        assertThat(group.stop(SECONDS_10)).hasSize(2).allMatch(step -> step.outcome() == Outcome.DONE);
    }

    @Test
    @DisplayName("scenario 41: a stopped group cannot be started")
    void startAfterStopIsRefused() throws Exception {
        ServiceGroup group = builder().add("web", untilStopped()).build();
        assertThat(group.stop(SECONDS_10)).singleElement().satisfies(step -> {
            assertThat(step.outcome()).isEqualTo(Outcome.DONE);
            assertThat(step.detail()).isEqualTo("was not started");
        });
        assertThatExceptionOfType(ShuttingDownException.class).isThrownBy(group::start);
    }

    @Test
    void startTwiceIsRefused() throws Exception {
        ServiceGroup group = builder().add("web", untilStopped()).build();
        group.start();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(group::start)
                .withMessageContaining("started before");
        group.stop(SECONDS_10);
    }
}
