package io.github.shutdown4j.services;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

import io.github.shutdown4j.report.Outcome;
import io.github.shutdown4j.report.StepResult;

import static io.github.shutdown4j.testing.ServiceTesting.eventually;
import static org.assertj.core.api.Assertions.assertThat;

/** Stops groups at any moment of their start, while services become ready, fail, are restarted and end. */
@Timeout(180)
class ServiceRaceTest {

    @RepeatedTest(200)
    @DisplayName("scenario 6, 36, 37, 41: a stop at any moment")
    void wheneverTheStopComesWhatRunsIsStoppedAndNothingStartsAfterwards(RepetitionInfo repetition) throws Exception {
        Random random = new Random(repetition.getCurrentRepetition());
        AtomicInteger running = new AtomicInteger();
        Set<String> inRun = ConcurrentHashMap.newKeySet();
        Set<String> runTwiceAtOnce = ConcurrentHashMap.newKeySet();
        ServiceGroupBuilder builder = ServiceGroup.builder();
        RestartPolicy restarts =
                RestartPolicy.unlimited().withBackoff(Duration.ofNanos(50_000), Duration.ofMillis(1), 2);
        for (int i = 0; i < 8; i++) {
            int kind = random.nextInt(4);
            Service service = context -> {
                if (!inRun.add(context.name())) {
                    runTwiceAtOnce.add(context.name());
                }
                running.incrementAndGet();
                try {
                    var unused = context.onStop(() -> {});
                    context.ready();
                    if (kind == 0) {
                        throw new IllegalStateException("on purpose");
                    }
                    if (kind != 1) {
                        context.awaitStop();
                    }
                } finally {
                    running.decrementAndGet();
                    inRun.remove(context.name());
                }
            };
            ServicePolicy policy =
                    kind == 0 ? ServicePolicy.critical().withRestart(restarts) : ServicePolicy.critical();
            builder.add(
                    "s" + i,
                    service,
                    i > 1 && random.nextBoolean() ? policy.withAfter("s" + random.nextInt(i)) : policy);
        }
        ServiceGroup group = builder.build();
        group.start();
        TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
        List<StepResult> steps = group.stop(Duration.ofSeconds(100));
        assertThat(runTwiceAtOnce).isEmpty();
        assertThat(running).hasValue(0);
        assertThat(group.unfinishedCount()).isZero();
        assertThat(steps)
                .hasSize(8)
                .allMatch(step -> step.outcome() != Outcome.TIMED_OUT)
                // one that fails once the stop has begun is not restarted and is reported
                .allMatch(step -> step.failure().isPresent() == (step.outcome() == Outcome.FAILED))
                .allMatch(step ->
                        step.failure().stream().allMatch(t -> t.getMessage().equals("on purpose")))
                .allMatch(step -> step.elapsed().compareTo(Duration.ofSeconds(80)) < 0);
        assertThat(group.whenShutdownRequested().toCompletableFuture()).isNotDone();
        eventually(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().matches("shutdown4j-service(-s\\d.*|s-start)")));
        assertThat(running).hasValue(0);
    }
}
